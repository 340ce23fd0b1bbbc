using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Pipeline.Gate;

/// <summary>Google's wrapper messages, which the C# classes show as plain values that may be null.</summary>
internal static class Wrappers
{
    /// <summary>Whether the type is one of them.</summary>
    public static bool IsOne(MessageDescriptor type) => type.File == WrappersReflection.Descriptor;
}
