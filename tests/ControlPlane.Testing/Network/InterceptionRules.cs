namespace ControlPlane.Testing.Network;

/// <summary>
/// Rules for iptables that lead a pod's TCP traffic to its proxy: what comes in to port 15006, what goes out to 15001, both not for the proxy's own
/// user 1337, for what it sends to its application from 127.0.0.6, and for its ports of health and statistics.
/// </summary>
internal static class InterceptionRules
{
    public const string Text =
        """
        *nat
        :MESH_OUT -
        :MESH_IN -
        -A PREROUTING -p tcp -j MESH_IN
        -A MESH_IN -p tcp -m multiport --dports 15021,15090 -j RETURN
        -A MESH_IN -p tcp -j REDIRECT --to-ports 15006
        -A OUTPUT -p tcp -j MESH_OUT
        -A MESH_OUT -s 127.0.0.6/32 -o lo -j RETURN
        -A MESH_OUT -o lo ! -d 127.0.0.1/32 -m owner --uid-owner 1337 -p tcp -j REDIRECT --to-ports 15006
        -A MESH_OUT -o lo -j RETURN
        -A MESH_OUT -m owner --uid-owner 1337 -j RETURN
        -A MESH_OUT -d 127.0.0.1/32 -j RETURN
        -A MESH_OUT -p tcp -j REDIRECT --to-ports 15001
        COMMIT

        """;
}
