using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace ControlPlane.ArchitectureTests;

/// <summary>A compiled assembly read as data: what it references and what its methods touch.</summary>
public sealed class AssemblyText : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    private AssemblyText(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
    }

    /// <summary>Opens an assembly that lies beside the tests.</summary>
    public static AssemblyText Open(string name) => new(Path.Combine(AppContext.BaseDirectory, name + ".dll"));

    /// <summary>Simple names of the assemblies that it references.</summary>
    public IEnumerable<string> References() =>
        _metadata.AssemblyReferences.Select(handle => _metadata.GetString(_metadata.GetAssemblyReference(handle).Name));

    /// <summary>
    /// Every member of another type that the methods of some namespaces name (called, loaded, constructed), as "Namespace.Type::Member",
    /// with the method that does so.
    /// </summary>
    /// <param name="namespaces">The namespaces; those below them count too.</param>
    public IEnumerable<(string Where, string Member)> Uses(IReadOnlyCollection<string> namespaces)
    {
        foreach (var typeHandle in _metadata.TypeDefinitions)
        {
            string type = TypeName(typeHandle);
            if (!namespaces.Any(space => type.StartsWith(space + ".", StringComparison.Ordinal)))
                continue;
            foreach (var methodHandle in _metadata.GetTypeDefinition(typeHandle).GetMethods())
            {
                var method = _metadata.GetMethodDefinition(methodHandle);
                if (method.RelativeVirtualAddress == 0)
                    continue;
                string where = type + "." + _metadata.GetString(method.Name);
                byte[] code = _file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes() ?? [];
                foreach (int token in IlTokens.Of(code))
                    yield return (where, MemberName(MetadataTokens.EntityHandle(token)));
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private string MemberName(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.MemberReference:
                var member = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                return ParentName(member.Parent) + "::" + _metadata.GetString(member.Name);
            case HandleKind.MethodSpecification:
                return MemberName(_metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method);
            case HandleKind.TypeReference or HandleKind.TypeSpecification or HandleKind.TypeDefinition:
                return ParentName(handle) + "::";
            default:
                return "";
        }
    }

    private string ParentName(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.TypeReference => TypeName((TypeReferenceHandle)handle),
        HandleKind.TypeDefinition => TypeName((TypeDefinitionHandle)handle),
        HandleKind.TypeSpecification => GenericName((TypeSpecificationHandle)handle),
        _ => "",
    };

    private string TypeName(TypeReferenceHandle handle)
    {
        var type = _metadata.GetTypeReference(handle);
        string name = _metadata.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? TypeName((TypeReferenceHandle)type.ResolutionScope) + "." + name
            : _metadata.GetString(type.Namespace) + "." + name;
    }

    private string TypeName(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        string name = _metadata.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer ? TypeName(outer) + "." + name : _metadata.GetString(type.Namespace) + "." + name;
    }

    /// <summary>The generic type of a constructed one: in its signature GENERICINST (0x15), CLASS or VALUETYPE, the type.</summary>
    private string GenericName(TypeSpecificationHandle handle)
    {
        const byte genericInstance = 0x15;
        var signature = _metadata.GetBlobReader(_metadata.GetTypeSpecification(handle).Signature);
        if (signature.ReadByte() != genericInstance)
            return "";
        signature.ReadByte();
        return ParentName(signature.ReadTypeHandle());
    }
}
