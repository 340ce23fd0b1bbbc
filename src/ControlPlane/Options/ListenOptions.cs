using System.Net;

namespace ControlPlane.Options;

/// <summary>Options: where the server listens. Port 0 stands for any free one.</summary>
/// <param name="Xds">gRPC without TLS: ADS for proxies and proxyless gRPC clients.</param>
/// <param name="Http">HTTP: readiness and debugging.</param>
/// <param name="Monitoring">HTTP: metrics and version.</param>
/// <param name="SecureXds">gRPC with TLS: ADS and the certificate service.</param>
/// <param name="Plaintext">Whether <paramref name="Xds"/> is listened on.</param>
public sealed record ListenOptions(IPEndPoint Xds, IPEndPoint Http, IPEndPoint Monitoring, IPEndPoint SecureXds, bool Plaintext)
{
    /// <summary>Reads the options. Faults are recorded in <paramref name="values"/>.</summary>
    public static ListenOptions Read(SettingValues values)
    {
        (Setting Setting, IPEndPoint Address)[] all =
        [
            (Settings.XdsAddress, values.Get(Settings.XdsAddress)),
            (Settings.HttpAddress, values.Get(Settings.HttpAddress)),
            (Settings.MonitoringAddress, values.Get(Settings.MonitoringAddress)),
            (Settings.SecureXdsAddress, values.Get(Settings.SecureXdsAddress)),
        ];
        for (var i = 0; i < all.Length; i++)
        {
            for (var j = i + 1; j < all.Length; j++)
            {
                if (all[i].Address.Port != 0 && all[i].Address.Equals(all[j].Address))
                    values.Fail($"{all[i].Setting.Flag} and {all[j].Setting.Flag} name the same address {all[i].Address}");
            }
        }

        return new ListenOptions(all[0].Address, all[1].Address, all[2].Address, all[3].Address, values.Get(Settings.PlaintextXds));
    }
}
