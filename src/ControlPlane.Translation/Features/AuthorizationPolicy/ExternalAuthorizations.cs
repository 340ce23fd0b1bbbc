using System.Globalization;
using System.Net;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.Telemetry;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Views;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Filters.Http.ExtAuthz.V3;
using Envoy.Type.Matcher.V3;
using Envoy.Type.V3;
using Google.Protobuf.WellKnownTypes;
using GrpcProvider = Istio.Mesh.V1Alpha1.MeshConfig.Types.ExtensionProvider.Types.EnvoyExternalAuthorizationGrpcProvider;
using HttpProvider = Istio.Mesh.V1Alpha1.MeshConfig.Types.ExtensionProvider.Types.EnvoyExternalAuthorizationHttpProvider;
using HttpService = Envoy.Extensions.Filters.Http.ExtAuthz.V3.HttpService;
using NetworkCheck = Envoy.Extensions.Filters.Network.ExtAuthz.V3.ExtAuthz;
using Provider = Istio.Mesh.V1Alpha1.MeshConfig.Types.ExtensionProvider;
using RequestBody = Istio.Mesh.V1Alpha1.MeshConfig.Types.ExtensionProvider.Types.EnvoyExternalAuthorizationRequestBody;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>
/// The extension providers of the mesh (envoyExtAuthzHttp, envoyExtAuthzGrpc) that policies of action CUSTOM ask. What Envoy would refuse in them makes
/// them unusable, so that what they were to decide is denied: a listener that is refused would go on without the policy.
/// </summary>
internal static class ExternalAuthorizations
{
    private const int MaxNameLength = 63;
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(600);

    /// <summary>The provider of a name.</summary>
    public static Derivation<string, ProviderLookup> Of { get; } = new("ExternalAuthorization", static (reader, name) =>
    {
        var all = reader.Get(ExtensionProviders.All, Unit.Value).Select(static p => p.Message)
            .Where(p => p.Name == name && p.ProviderCase is Provider.ProviderOneofCase.EnvoyExtAuthzHttp or Provider.ProviderOneofCase.EnvoyExtAuthzGrpc)
            .ToList();
        if (all.Count == 0)
            return Unusable("the mesh configuration has no extension provider of that name that can be asked (envoyExtAuthzHttp, envoyExtAuthzGrpc)");
        if (all.Count > 1)
            return Unusable("the mesh configuration has several extension providers of that name");
        if (!IsName(name))
            return Unusable($"the name of an extension provider has lower-case letters, digits and hyphens between them, {MaxNameLength} at most");
        return all[0].EnvoyExtAuthzHttp is { } http ? Http(reader, http) : Grpc(reader, all[0].EnvoyExtAuthzGrpc);
    });

    private static ProviderLookup Unusable(string fault) => new(null, fault);

    private static bool IsName(string name) =>
        name.Length <= MaxNameLength && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && name is not (['-', ..] or [.., '-']);

    private static ProviderLookup Http(IReader reader, HttpProvider provider)
    {
        if (Fault(provider.Service, provider.Port, provider.StatusOnError, provider.IncludeRequestBodyInCheck, provider.Timeout) is { } fault)
            return Unusable(fault);
        if (provider.PathPrefix.Length > 0 && (provider.PathPrefix[0] != '/' || provider.PathPrefix.Any(char.IsControl)))
            return Unusable("its pathPrefix does not begin with /");
#pragma warning disable CS0612 // Users still set it.
        var old = provider.IncludeHeadersInCheck;
#pragma warning restore CS0612
        IEnumerable<string>[] lists =
            [provider.IncludeRequestHeadersInCheck, old, provider.HeadersToDownstreamOnDeny, provider.HeadersToDownstreamOnAllow, provider.HeadersToUpstreamOnAllow];
        if (lists.Any(static l => l.Contains("*")))
            return Unusable("a list of its headers has a lone *, which is not taken");
        if (provider.IncludeAdditionalHeadersInCheck.Any(static h => !HeaderRules.IsName(h.Key) || h.Value.Any(static c => c is '\0' or '\r' or '\n')))
            return Unusable("its includeAdditionalHeadersInCheck has what is no header");
        if (ProviderServices.Resolve(reader, provider.Service, provider.Port) is not { } service)
            return Unusable($"its service {provider.Service} is not known");
        var check = Check(provider.StatusOnError, provider.FailOpen, provider.IncludeRequestBodyInCheck);
        check.HttpService = Service(provider, service);
        check.AllowedHeaders = Headers(provider.IncludeRequestHeadersInCheck) ?? Headers(old);
        return new(new ExternalAuthorization(check.Freeze(), null), "");
    }

    private static HttpService Service(HttpProvider provider, (string Host, string Cluster) found)
    {
        var service = new HttpService
        {
            PathPrefix = provider.PathPrefix,
            // Envoy wants a URI and does not look at it.
            ServerUri = new HttpUri { Uri = $"http://{found.Host}", Cluster = found.Cluster, Timeout = Timeout(provider.Timeout) },
        };
        if (provider.IncludeAdditionalHeadersInCheck.Count > 0)
        {
            service.AuthorizationRequest = new AuthorizationRequest();
            service.AuthorizationRequest.HeadersToAdd.AddRange(
                provider.IncludeAdditionalHeadersInCheck.OrderBy(static h => h.Key, StringComparer.Ordinal).Select(static h => new HeaderValue { Key = h.Key, Value = h.Value }));
        }

        if (provider.HeadersToUpstreamOnAllow.Count + provider.HeadersToDownstreamOnDeny.Count + provider.HeadersToDownstreamOnAllow.Count > 0)
        {
            service.AuthorizationResponse = new AuthorizationResponse
            {
                AllowedUpstreamHeaders = Headers(provider.HeadersToUpstreamOnAllow),
                AllowedClientHeaders = Headers(provider.HeadersToDownstreamOnDeny),
                AllowedClientHeadersOnSuccess = Headers(provider.HeadersToDownstreamOnAllow),
            };
        }

        return service;
    }

    private static ProviderLookup Grpc(IReader reader, GrpcProvider provider)
    {
        if (Fault(provider.Service, provider.Port, provider.StatusOnError, provider.IncludeRequestBodyInCheck, provider.Timeout) is { } fault)
            return Unusable(fault);
        if (ProviderServices.Resolve(reader, provider.Service, provider.Port) is not { } found)
            return Unusable($"its service {provider.Service} is not known");
        var service = new GrpcService
        {
            EnvoyGrpc = new GrpcService.Types.EnvoyGrpc { ClusterName = found.Cluster, Authority = found.Host },
            Timeout = Timeout(provider.Timeout),
        };
        var check = Check(provider.StatusOnError, provider.FailOpen, provider.IncludeRequestBodyInCheck);
        check.GrpcService = service;
        var network = new NetworkCheck
        {
            StatPrefix = RbacFilters.TcpStatPrefix,
            FailureModeAllow = provider.FailOpen,
            TransportApiVersion = ApiVersion.V3,
            GrpcService = service.Clone(),
        };
        return new(new ExternalAuthorization(check.Freeze(), network.Freeze()), "");
    }

    private static ExtAuthz Check(string statusOnError, bool failOpen, RequestBody? body) => new()
    {
        StatusOnError = statusOnError.Length == 0 ? null : new HttpStatus { Code = Status(statusOnError)!.Value },
        FailureModeAllow = failOpen,
        TransportApiVersion = ApiVersion.V3,
        WithRequestBody = body is null
            ? null
            : new BufferSettings { MaxRequestBytes = body.MaxRequestBytes, AllowPartialMessage = body.AllowPartialMessage, PackAsBytes = body.PackAsBytes },
    };

    private static string? Fault(string service, uint port, string statusOnError, RequestBody? body, Duration? timeout)
    {
        if (service.Length == 0)
            return "it names no service";
        if (!service.Contains('/', StringComparison.Ordinal) && !NameRules.IsDomain(service) && !IPAddress.TryParse(service, out _))
            return $"its service {service} is no host";
        if (!NameRules.IsPort(port))
            return "its port is none";
        if (statusOnError.Length > 0 && Status(statusOnError) is null)
            return $"its statusOnError {statusOnError} is no status of HTTP that Envoy knows";
        if (timeout is { Seconds: < 0 or > uint.MaxValue } or { Nanos: < 0 })
            return "its timeout is none";
        return body is { MaxRequestBytes: 0 } ? "its maxRequestBytes is 0, which Envoy refuses" : null;
    }

    private static StatusCode? Status(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) && code != 0 && System.Enum.IsDefined((StatusCode)code) ? (StatusCode)code : null;

    private static Duration Timeout(Duration? given) => given?.Clone() ?? Duration.FromTimeSpan(DefaultTimeout);

    private static ListStringMatcher? Headers(IReadOnlyCollection<string> names)
    {
        if (names.Count == 0)
            return null;
        var list = new ListStringMatcher();
        list.Patterns.AddRange(names.Select(static name =>
        {
            var pattern = name.StartsWith('*') ? new StringMatcher { Suffix = name[1..] } : name.EndsWith('*') ? new StringMatcher { Prefix = name[..^1] } : new StringMatcher { Exact = name };
            pattern.IgnoreCase = true;
            return pattern;
        }));
        return list;
    }
}
