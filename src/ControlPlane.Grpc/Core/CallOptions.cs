namespace Grpc.Core;

/// <summary>What a client may say about a call besides its messages.</summary>
public readonly struct CallOptions
{
#pragma warning disable CA1068 // The order of the parameters is that of the original API.
    /// <summary>Creates options.</summary>
    /// <param name="headers">Metadata to send first.</param>
    /// <param name="deadline">When to give up, UTC.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <param name="writeOptions">Hints for writes.</param>
    /// <param name="credentials">Credentials of the call.</param>
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        CallCredentials? credentials = null)
#pragma warning restore CA1068
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        Credentials = credentials;
    }

    /// <summary>Metadata to send first, or null.</summary>
    public Metadata? Headers { get; }

    /// <summary>When to give up, UTC; null for never.</summary>
    public DateTime? Deadline { get; }

    /// <summary>Cancels the call.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Hints for writes, or null.</summary>
    public WriteOptions? WriteOptions { get; }

    /// <summary>Credentials of the call, or null.</summary>
    public CallCredentials? Credentials { get; }

    /// <summary>The same options with other metadata.</summary>
    /// <param name="headers">The metadata.</param>
    /// <returns>The new options.</returns>
    public CallOptions WithHeaders(Metadata? headers) => new(headers, Deadline, CancellationToken, WriteOptions, Credentials);

    /// <summary>The same options with another deadline.</summary>
    /// <param name="deadline">The deadline, UTC.</param>
    /// <returns>The new options.</returns>
    public CallOptions WithDeadline(DateTime? deadline) => new(Headers, deadline, CancellationToken, WriteOptions, Credentials);

    /// <summary>The same options with another token.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The new options.</returns>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken) =>
        new(Headers, Deadline, cancellationToken, WriteOptions, Credentials);

    /// <summary>The same options with other hints.</summary>
    /// <param name="writeOptions">The hints.</param>
    /// <returns>The new options.</returns>
    public CallOptions WithWriteOptions(WriteOptions? writeOptions) =>
        new(Headers, Deadline, CancellationToken, writeOptions, Credentials);

    /// <summary>The same options with other credentials.</summary>
    /// <param name="credentials">The credentials.</param>
    /// <returns>The new options.</returns>
    public CallOptions WithCredentials(CallCredentials? credentials) =>
        new(Headers, Deadline, CancellationToken, WriteOptions, credentials);
}
