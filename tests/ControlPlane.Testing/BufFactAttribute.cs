using Xunit;

namespace ControlPlane.Testing;

/// <summary>A fact that runs buf from tests/interop/buf and is skipped where it has not been installed there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BufFactAttribute : FactAttribute
{
    public BufFactAttribute()
    {
        if (!File.Exists(Executable))
            Skip = "needs buf: npm install --no-package-lock --prefix tests/interop/buf";
    }

    /// <summary>The full path of buf.</summary>
    public static string Executable => Repository.PathOf("tests/interop/buf/node_modules/.bin/buf");
}
