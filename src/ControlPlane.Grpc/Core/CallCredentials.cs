namespace Grpc.Core;

/// <summary>Credentials of a single call, such as a bearer token.</summary>
public sealed class CallCredentials
{
    private CallCredentials(AsyncAuthInterceptor interceptor)
    {
        Interceptor = interceptor;
    }

    internal AsyncAuthInterceptor Interceptor { get; }

    /// <summary>Creates credentials that are asked for before every call.</summary>
    /// <param name="interceptor">Adds the entries.</param>
    /// <returns>The credentials.</returns>
    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        return new CallCredentials(interceptor);
    }

    /// <summary>Joins credentials; each adds its entries in turn.</summary>
    /// <param name="credentials">The credentials, in order.</param>
    /// <returns>The joined credentials.</returns>
    public static CallCredentials Compose(params CallCredentials[] credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        var parts = (CallCredentials[])credentials.Clone();
        return new CallCredentials(async (context, metadata) =>
        {
            foreach (var part in parts)
            {
                await part.Interceptor(context, metadata).ConfigureAwait(false);
            }
        });
    }
}
