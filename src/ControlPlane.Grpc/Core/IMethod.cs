namespace Grpc.Core;

/// <summary>Names a remote method, whatever its message types.</summary>
public interface IMethod
{
    /// <summary>Which side streams.</summary>
    MethodType Type { get; }

    /// <summary>The service with its package, for instance <c>grpc.testing.TestService</c>.</summary>
    string ServiceName { get; }

    /// <summary>The method without the service.</summary>
    string Name { get; }

    /// <summary>The HTTP/2 path: <c>/service/method</c>.</summary>
    string FullName { get; }
}
