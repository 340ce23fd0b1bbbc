using ControlPlane.Options;

namespace ControlPlane.Commands.Translate;

/// <summary>What a user asked the command for.</summary>
/// <param name="Source">What is read.</param>
/// <param name="Node">File of the one proxy's node; null with <paramref name="Proxies"/>.</param>
/// <param name="Watch">File of what that proxy asks for by name; null for none.</param>
/// <param name="Proxies">Directory with a folder per proxy; null with <paramref name="Node"/>.</param>
/// <param name="Target">Where to write.</param>
/// <param name="Check">Whether resources are held to the rules that every Envoy checks.</param>
internal sealed record TranslateRequest(SourceOptions Source, string? Node, string? Watch, string? Proxies, string Target, bool Check);
