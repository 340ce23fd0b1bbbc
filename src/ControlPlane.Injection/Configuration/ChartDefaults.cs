using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Configuration;

/// <summary>Defaults of those chart values that injection reads: Istio's.</summary>
internal static class ChartDefaults
{
    private const string Text =
        """
        {
          "revision": "", "revisionTags": [],
          "global": {
            "hub": "docker.io/istio", "tag": "latest", "variant": "", "platform": "", "istioNamespace": "istio-system",
            "imagePullPolicy": "", "imagePullSecrets": [], "logAsJson": false, "nativeNftables": false, "logging": {"level": "default:info"},
            "caAddress": "", "caName": "", "configValidation": true, "meshID": "", "mountMtlsCerts": false, "multiCluster": {"clusterName": ""}, "network": "",
            "pilotCertProvider": "istiod", "sds": {"token": {"aud": "istio-ca"}}, "sts": {"servicePort": 0},
            "proxy": {
              "image": "proxyv2", "autoInject": "enabled", "clusterDomain": "cluster.local", "logLevel": "warning",
              "componentLogLevel": "misc:error", "outlierLogPath": "", "privileged": false, "seccompProfile": {},
              "includeIPRanges": "*", "excludeIPRanges": "", "includeInboundPorts": "*", "excludeInboundPorts": "",
              "includeOutboundPorts": "", "excludeOutboundPorts": "",
              "readinessInitialDelaySeconds": 0, "readinessPeriodSeconds": 15, "readinessFailureThreshold": 4,
              "startupProbe": {"enabled": true, "failureThreshold": 600}, "statusPort": 15020, "tracer": "none",
              "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "2000m", "memory": "1024Mi"}}
            },
            "proxy_init": {"image": "proxyv2", "forceApplyIptables": false}
          },
          "sidecarInjectorWebhook": {
            "neverInjectSelector": [], "alwaysInjectSelector": [], "injectedAnnotations": {}, "enableNamespacesByDefault": false,
            "rewriteAppHTTPProbe": true, "reinvocationPolicy": "Never", "templates": {}, "defaultTemplates": []
          },
          "base": {"validationURL": "", "validationCABundle": "", "validationFailurePolicy": ""},
          "istiodRemote": {"injectionPath": "/inject", "injectionURL": ""},
          "pilot": {"cni": {"enabled": false, "provider": "default"}, "env": {}},
          "gateways": {"securityContext": {}}
        }
        """;

    // What a profile, a compatibility version or a platform of the chart changes in these values, in the order in which they are laid.
    private static readonly (string Choice, string Value, string Changes)[] Presets =
    [
        ("profile", "ambient", """{"global": {"variant": "distroless"}}"""),
        ("profile", "demo", """{"global": {"proxy": {"resources": {"requests": {"cpu": "10m", "memory": "40Mi"}}}}}"""),
        ("compatibilityVersion", "1.25", """{"pilot": {"env": {"ENABLE_NATIVE_SIDECARS": "false"}}}"""),
        ("compatibilityVersion", "1.26", """{"pilot": {"env": {"ENABLE_NATIVE_SIDECARS": "false"}}}"""),
        ("platform", "openshift", """{"pilot": {"cni": {"enabled": true, "provider": "multus"}}}"""),
    ];

    /// <summary>The user's values over presets over the defaults, as Helm lays them: maps merge, null deletes, anything else replaces.</summary>
    public static JsonObject Under(JsonObject? user)
    {
        var values = (JsonObject)JsonText.Parse(Text)!;
        foreach (var (choice, value, changes) in Presets)
        {
            if (JsonTree.Printed(user?[choice] ?? user.Object("global")?[choice]) == value)
                Lay((JsonObject)JsonText.Parse(changes)!, values);
        }

        if (user is not null)
            Lay(user, values);
        return values;
    }

    private static void Lay(JsonObject user, JsonObject over)
    {
        foreach (var (name, value) in user)
        {
            if (value is null)
                over.Remove(name);
            else if (value is JsonObject part && over[name] is JsonObject there)
                Lay(part, there);
            else
                over[name] = value.DeepClone();
        }
    }
}
