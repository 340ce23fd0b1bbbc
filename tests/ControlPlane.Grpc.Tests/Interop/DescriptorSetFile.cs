using ControlPlane.Grpc.Tests.Protos;
using Google.Protobuf.Reflection;

namespace ControlPlane.Grpc.Tests.Interop;

/// <summary>The test services as a serialized FileDescriptorSet in a temporary file, for peers that build their messages from it.</summary>
public sealed class DescriptorSetFile : IDisposable
{
    public DescriptorSetFile()
    {
        var set = new FileDescriptorSet();
        foreach (var file in new[] { EmptyReflection.Descriptor, MessagesReflection.Descriptor, TestReflection.Descriptor })
        {
            set.File.Add(file.ToProto());
        }

        Path = System.IO.Path.GetTempFileName();
        using var target = File.Create(Path);
        Google.Protobuf.MessageExtensions.WriteTo(set, target);
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
