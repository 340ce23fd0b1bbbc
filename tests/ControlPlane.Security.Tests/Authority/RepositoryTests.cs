using System.Text.RegularExpressions;
using ControlPlane.Testing;

namespace ControlPlane.Security.Tests.Authority;

public sealed partial class RepositoryTests
{
    /// <summary>Whatever is shipped is known to everybody: no key, no token and no key set that somebody could sign for.</summary>
    [Fact]
    public void S7_S20_WhatIsShipped_HoldsNoSecret()
    {
        var files = new[] { "src", "deploy" }.SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*", SearchOption.AllDirectories))
            .Where(file => !BuildOutput().IsMatch(file)).ToList();

        Assert.True(files.Count > 500, $"{files.Count} files");
        Assert.Empty(files.Where(file => Secret().IsMatch(File.ReadAllText(file))));
    }

    [GeneratedRegex(@"[/\\](bin|obj|node_modules)[/\\]")]
    private static partial Regex BuildOutput();

    // A key in PEM with its content, a JSON Web Token, the private part of a JSON Web Key.
    [GeneratedRegex(@"PRIVATE KEY-----\s*[A-Za-z0-9+/]{40}|eyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}|""d""\s*:\s*""[A-Za-z0-9_-]{40,}""")]
    private static partial Regex Secret();
}
