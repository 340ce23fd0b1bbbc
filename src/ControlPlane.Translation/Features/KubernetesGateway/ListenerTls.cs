using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Features.ReferenceGrant;
using Istio.Networking.V1Alpha3;
using Api = K8S.Gateway.V1;
using TlsMode = Istio.Networking.V1Alpha3.ServerTLSSettings.Types.TLSmode;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Makes the TLS settings of a listener.</summary>
/// <param name="reader">What is read is recorded.</param>
/// <param name="owner">The object with the listener: certificates of its namespace need no grant.</param>
/// <param name="note">Told what is wrong: path within the listener, message, and the conditions that don't hold for that.</param>
internal sealed class ListenerTls(IReader reader, ListenerOwner owner, Action<string, string, ListenerFault[]> note)
{
    private const string ModeOption = "gateway.istio.io/tls-terminate-mode";
    private const string SuitesOption = "gateway.istio.io/tls-cipher-suites";
    private const string ListenerModeOption = "gateway.istio.io/listener-protocol";
    private const string AutoPassthrough = "auto-passthrough";
    private const string NetworkLabel = "topology.istio.io/network";
    private const string PortLabel = "networking.istio.io/gatewayPort";
    private const string CrossNetworkPort = "15443";
    private const string Passthrough = "Passthrough";
    private const string AllowInsecure = "AllowInsecureFallback";
    private const int MaxCertificates = 2;

    /// <summary>The settings; null where something is wrong with them, which has been noted.</summary>
    /// <param name="listener">The listener, which has TLS.</param>
    /// <param name="port">Its port.</param>
    /// <param name="frontend">What the Gateway says about clients on its ports.</param>
    public ServerTLSSettings? Build(Api.Listener listener, int port, Api.FrontendTls? frontend)
    {
        var tls = listener.Tls;
        var result = new ServerTLSSettings();
        if (tls.Mode == Passthrough)
        {
            result.Mode = IsAutoPassthrough(tls, port) ? TlsMode.AutoPassthrough : TlsMode.Passthrough;
            AddSuites(result, tls);
            return result;
        }

        tls.Options.TryGetValue(ModeOption, out var option);
        result.Mode = ModeOf(option);
        if (option is "ISTIO_SIMPLE" or "ISTIO_MUTUAL")
        {
            if (option == "ISTIO_SIMPLE")
                result.CredentialName = SecretNames.BuiltinScheme;
            return result;
        }

        if (!AddCertificates(result, tls))
            return null;
        var validation = frontend?.PerPort.FirstOrDefault(p => p.Port == port) is { } own ? own.Tls?.Validation : frontend?.Default?.Validation;
        if (validation is { CaCertificateRefs.Count: > 0 } && !AddClientRoots(result, validation, option))
            return null;
        AddSuites(result, tls);
        return result;
    }

    private TlsMode ModeOf(string? option)
    {
        if (option is not (null or "" or "MUTUAL" or "OPTIONAL_MUTUAL" or "ISTIO_SIMPLE" or "ISTIO_MUTUAL"))
            note($"tls.options[{ModeOption}]", $"'{option}' is no mode and has no effect", []);
        return option switch
        {
            "MUTUAL" => TlsMode.Mutual,
            "OPTIONAL_MUTUAL" => TlsMode.OptionalMutual,
            "ISTIO_MUTUAL" => TlsMode.IstioMutual,
            _ => TlsMode.Simple,
        };
    }

    private bool IsAutoPassthrough(Api.ListenerTls tls, int port)
    {
        if (tls.Options.TryGetValue(ListenerModeOption, out var mode) && mode == AutoPassthrough)
            return true;
        return owner.Labels.ContainsKey(NetworkLabel)
            && port.ToString(System.Globalization.CultureInfo.InvariantCulture) == (owner.Labels[PortLabel] ?? CrossNetworkPort);
    }

    private bool AddCertificates(ServerTLSSettings result, Api.ListenerTls tls)
    {
        if (tls.CertificateRefs.Count > MaxCertificates)
        {
            const string TooMany = "more than two certificates are not supported";
            note("tls.certificateRefs", $"{TooMany}: nothing is served by this listener", Unusable(Reasons.InvalidCertificate, TooMany));
            return false;
        }

        var found = tls.CertificateRefs.Select(Certificate).ToList();
        var sound = found.Count(static c => c.Problem is null);
        for (var i = 0; i < found.Count; i++)
        {
            // One that can be used is enough for the listener to be served.
            if (found[i].Problem is { } problem)
                note($"tls.certificateRefs[{i}]", $"{problem.Message}: its TLS connections fail", sound == 0 ? Unusable(problem.Reason, problem.Message) : []);
        }

        if (sound == 0 && found.Count > 0)
            return false;
        // As istiod: of two where one can't be used, the first counts, whichever that is.
        if (sound <= 1)
            result.CredentialName = found.Select(static c => c.Name).FirstOrDefault() ?? "";
        else
            result.CredentialNames.AddRange(found.Select(static c => c.Name));
        return true;
    }

    private (string Name, (string Reason, string Message)? Problem) Certificate(Api.ObjectReference reference)
    {
        var key = new ObjectKey(reference.Namespace ?? owner.Key.Namespace, reference.Name);
        if (!IsAllowed(GatewayApi.Secret, key))
            return ("", (Reasons.RefNotPermitted, $"no ReferenceGrant of namespace {key.Namespace} lets a {owner.Kind} of namespace {owner.Key.Namespace} use Secret {key}"));
        if ((reference.Group ?? "").Length > 0 || (reference.Kind ?? GatewayApi.Secret) != GatewayApi.Secret)
            return ("", (Reasons.InvalidCertificate, $"a Secret is required, found {reference.Group}/{reference.Kind}"));
        return reader.Get(CertificateChecks.PairFault, key) is { } fault
            ? ("", (Reasons.InvalidCertificate, $"Secret {key} {fault}"))
            : ($"{SecretNames.GatewayScheme}{key.Namespace}/{key.Name}", null);
    }

    private static ListenerFault[] Unusable(string reason, string message) =>
        [new(ConditionTypes.ResolvedRefs, reason, message), new(ConditionTypes.Programmed, Reasons.Invalid, "the TLS settings can't be used")];

    private static ListenerFault[] UnusableRoots(string reason, string message) =>
        [.. Unusable(reason, message), new(ConditionTypes.Accepted, Reasons.NoValidRoots, message)];

    private bool AddClientRoots(ServerTLSSettings result, Api.FrontendValidation validation, string? option)
    {
        const string Field = "tls";
        if (validation.CaCertificateRefs.Count > 1)
        {
            const string Several = "the Gateway's tls.frontend names several caCertificateRefs, only one is supported";
            note(Field, $"{Several}: nothing is served by this listener", UnusableRoots(Reasons.InvalidRoots, Several));
            return false;
        }

        var reference = validation.CaCertificateRefs[0];
        var kind = reference.Kind ?? "";
        var key = new ObjectKey(reference.Namespace ?? owner.Key.Namespace, reference.Name);
        var isSecret = kind == GatewayApi.Secret && (reference.Group ?? "").Length == 0;
        var isMap = kind == GatewayApi.ConfigMap && (reference.Group ?? "").Length == 0;
        (string Reason, string Message)? fault = !isSecret && !isMap ? (Reasons.InvalidRootsKind, $"a ConfigMap or Secret is required, found {reference.Group}/{kind}")
            : !IsAllowed(isSecret ? GatewayApi.Secret : GatewayApi.ConfigMap, key with { Name = key.Name + SecretNames.RootsSuffix })
                ? (Reasons.RefNotPermitted, $"no ReferenceGrant of namespace {key.Namespace} lets a {owner.Kind} of namespace {owner.Key.Namespace} use {kind} {key}")
                : reader.Get(isSecret ? CertificateChecks.SecretRootsFault : CertificateChecks.MapRootsFault, key) is { } bad ? (Reasons.InvalidRoots, $"{kind} {key} {bad}") : null;
        if (fault is var (reason, message))
        {
            var why = $"the roots for clients that the Gateway's tls.frontend names can't be used: {message}";
            note(Field, $"{why}: nothing is served by this listener", UnusableRoots(reason, why));
            return false;
        }

        var insecure = validation.Mode == AllowInsecure;
        result.Mode = option switch
        {
            "MUTUAL" => TlsMode.Mutual,
            "OPTIONAL_MUTUAL" => TlsMode.OptionalMutual,
            _ => insecure ? TlsMode.OptionalMutual : TlsMode.Mutual,
        };
        result.InsecureSkipVerify = insecure && option is not ("MUTUAL" or "OPTIONAL_MUTUAL");
        result.CaCertCredentialName = $"{(isSecret ? SecretNames.GatewayScheme : SecretNames.ConfigMapScheme)}{key.Namespace}/{key.Name}{SecretNames.RootsSuffix}";
        return true;
    }

    private bool IsAllowed(string kind, ObjectKey target) =>
        target.Namespace == owner.Key.Namespace
        || ReferenceGrants.Allow(reader, new ReferenceSource(GatewayApi.Group, owner.Kind, owner.Key.Namespace), "", kind, target);

    private void AddSuites(ServerTLSSettings result, Api.ListenerTls tls)
    {
        if (!tls.Options.TryGetValue(SuitesOption, out var text) || text.Length == 0)
            return;
        var suites = text.Split(',').Select(static s => s.Trim()).ToList();
        foreach (var unknown in suites.Where(static s => !CipherSuites.IsKnown(s)))
            note($"tls.options[{SuitesOption}]", $"'{unknown}' is no cipher suite and has no effect", []);
        result.CipherSuites.AddRange(CipherSuites.Usable(suites));
    }
}
