namespace Grpc.Core;

/// <summary>The call that credentials are wanted for.</summary>
public class AuthInterceptorContext
{
    /// <summary>Describes a call.</summary>
    /// <param name="serviceUrl">Scheme, host and service.</param>
    /// <param name="methodName">The method without the service.</param>
    /// <param name="cancellationToken">Fires when the call is given up.</param>
    public AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken = default)
    {
        ServiceUrl = serviceUrl;
        MethodName = methodName;
        CancellationToken = cancellationToken;
    }

    /// <summary>Scheme, host and service, the audience of a token.</summary>
    public string ServiceUrl { get; }

    /// <summary>The method without the service.</summary>
    public string MethodName { get; }

    /// <summary>Fires when the call is given up.</summary>
    public CancellationToken CancellationToken { get; }
}
