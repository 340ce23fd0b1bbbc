namespace ControlPlane.Security.Authority;

/// <summary>How far the replacement of a root has come.</summary>
public enum RotationPhase
{
    /// <summary>None is under way.</summary>
    None,

    /// <summary>The next root is trusted beside the present one, which still signs.</summary>
    Prepared,

    /// <summary>The next root signs; the former one is still trusted.</summary>
    Activated,
}
