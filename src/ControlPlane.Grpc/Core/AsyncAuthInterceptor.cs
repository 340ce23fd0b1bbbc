namespace Grpc.Core;

/// <summary>Adds credentials to the metadata of a call before it is sent.</summary>
/// <param name="context">The call.</param>
/// <param name="metadata">Takes the entries to send.</param>
/// <returns>The operation; the call waits for it.</returns>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);
