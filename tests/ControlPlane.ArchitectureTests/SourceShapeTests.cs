using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ControlPlane.ArchitectureTests;

public class SourceShapeTests
{
    private const int MaxFileLines = 400;
    private const int MaxMethodLines = 50;

    // Folders whose namespace is dictated by what refers to it: the stubs that Grpc.Tools generates name Grpc.Core.
    private static readonly Dictionary<string, string> DictatedNamespaces = new() { ["src/ControlPlane.Grpc/Core"] = "Grpc.Core" };

    [Fact]
    public void File_IsNoLongerThanItMayBe() =>
        Assert.Empty(Sources.CSharp().Select(path => (path, lines: Sources.Read(path).AsSpan().TrimEnd('\n').Count('\n') + 1)).Where(file => file.lines > MaxFileLines));

    [Fact]
    public void Method_IsNoLongerThanItMayBe() =>
        Assert.Empty(Sources.CSharp().SelectMany(path => Methods(Parse(path)).Select(method => (path, method.Name, method.Lines))).Where(method => method.Lines > MaxMethodLines));

    [Fact]
    public void Namespace_IsTheFolderPath()
    {
        var violations =
            from path in Sources.CSharp()
            from space in Parse(path).DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
            where space.Name.ToString() != NamespaceOf(path)
            select $"{path}: {space.Name}, expected {NamespaceOf(path)}";
        Assert.Empty(violations);
    }

    [Fact]
    public void TypeOfSrc_LiesInANamespace() =>
        Assert.Empty(Sources.CSharp().Where(path => path.StartsWith("src/", StringComparison.Ordinal) && TopLevelTypes(Parse(path)).Any(type => type.Parent is CompilationUnitSyntax)));

    [Fact]
    public void File_HoldsOnePublicType()
    {
        var violations =
            from path in Sources.CSharp()
            where path.StartsWith("src/", StringComparison.Ordinal)
            let types = TopLevelTypes(Parse(path)).Where(IsPublic).Select(Identifier).Distinct().ToArray() // X and X<T> are one
            where types.Length > 1 || types.Any(name => !IsFileOf(path, name))
            select $"{path}: {string.Join(", ", types)}";
        Assert.Empty(violations);
    }

    private static bool IsFileOf(string path, string type)
    {
        string file = Path.GetFileNameWithoutExtension(path).Split('.')[0];
        return file == type || file.StartsWith(type + "Of", StringComparison.Ordinal);
    }

    private static string NamespaceOf(string path)
    {
        string folder = Path.GetDirectoryName(path)!.Replace('\\', '/');
        var dictated = DictatedNamespaces.Where(entry => folder == entry.Key || folder.StartsWith(entry.Key + "/", StringComparison.Ordinal)).ToArray();
        return dictated is [var (prefix, space)]
            ? (space + folder[prefix.Length..]).Replace('/', '.')
            : folder[(folder.IndexOf('/', StringComparison.Ordinal) + 1)..].Replace('/', '.');
    }

    private static CompilationUnitSyntax Parse(string path) => CSharpSyntaxTree.ParseText(Sources.Read(path)).GetCompilationUnitRoot();

    private static IEnumerable<MemberDeclarationSyntax> TopLevelTypes(CompilationUnitSyntax file) =>
        file.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .Where(node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax).Cast<MemberDeclarationSyntax>();

    private static bool IsPublic(MemberDeclarationSyntax type) => type.Modifiers.Any(SyntaxKind.PublicKeyword);

    private static string Identifier(MemberDeclarationSyntax type) =>
        type is BaseTypeDeclarationSyntax named ? named.Identifier.Text : ((DelegateDeclarationSyntax)type).Identifier.Text;

    private static IEnumerable<(string Name, int Lines)> Methods(CompilationUnitSyntax file) =>
        from node in file.DescendantNodes()
        where node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax
        let text = node.SyntaxTree.GetText()
        let start = node.ChildNodesAndTokens().First(part => !part.IsKind(SyntaxKind.AttributeList)).SpanStart
        select (Describe(node), text.Lines.GetLineFromPosition(node.Span.End).LineNumber - text.Lines.GetLineFromPosition(start).LineNumber + 1);

    private static string Describe(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        _ => node.Kind().ToString(),
    };
}
