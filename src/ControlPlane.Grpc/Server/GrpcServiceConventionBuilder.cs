using Microsoft.AspNetCore.Builder;

namespace ControlPlane.Grpc.Server;

/// <summary>Applies conventions to all methods of a service.</summary>
internal sealed class GrpcServiceConventionBuilder(IReadOnlyList<IEndpointConventionBuilder> builders) : IEndpointConventionBuilder
{
    public void Add(Action<EndpointBuilder> convention)
    {
        foreach (var builder in builders)
        {
            builder.Add(convention);
        }
    }

    public void Finally(Action<EndpointBuilder> finallyConvention)
    {
        foreach (var builder in builders)
        {
            builder.Finally(finallyConvention);
        }
    }
}
