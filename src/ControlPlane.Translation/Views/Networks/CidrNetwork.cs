using System.Net;

namespace ControlPlane.Translation.Views.Networks;

/// <summary>A range of addresses that belongs to a network (meshNetworks fromCidr).</summary>
/// <param name="Range">The range.</param>
/// <param name="Network">Name of the network.</param>
internal readonly record struct CidrNetwork(IPNetwork Range, string Network);
