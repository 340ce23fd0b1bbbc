namespace ControlPlane.Xds.Subscriptions;

/// <summary>Why a client refused a response: its error_detail.</summary>
/// <param name="Code">The google.rpc code; Envoy sends 13 (INTERNAL).</param>
/// <param name="Message">The reason; Envoy cuts it at 4,096 bytes.</param>
public sealed record NackDetail(int Code, string Message);
