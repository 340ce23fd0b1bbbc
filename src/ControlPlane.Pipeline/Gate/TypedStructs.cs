using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Pipeline.Gate;

/// <summary>The two messages that carry an extension's configuration as a type URL and a Struct.</summary>
internal static class TypedStructs
{
    /// <summary>Whether the type is one of them.</summary>
    public static bool IsOne(MessageDescriptor type) => type == Udpa.Type.V1.TypedStruct.Descriptor || type == Xds.Type.V3.TypedStruct.Descriptor;

    /// <summary>The type URL and value of one.</summary>
    public static (string TypeUrl, Struct? Value) Parts(IMessage message) => message switch
    {
        Udpa.Type.V1.TypedStruct udpa => (udpa.TypeUrl, udpa.Value),
        Xds.Type.V3.TypedStruct xds => (xds.TypeUrl, xds.Value),
        _ => throw new ArgumentException($"{message.Descriptor.FullName} is no TypedStruct", nameof(message)),
    };
}
