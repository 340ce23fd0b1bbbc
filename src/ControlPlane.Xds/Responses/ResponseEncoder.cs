using System.Text;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Responses;

/// <summary>
/// Writes the fields of DiscoveryResponse and DeltaDiscoveryResponse around resources that are encoded already. Field numbers are
/// those of envoy.service.discovery.v3.
/// </summary>
public sealed class ResponseEncoder
{
    private const int SotwVersion = 1;
    private const int DeltaSystemVersion = 1;
    private const int Resources = 2;
    private const int TypeUrl = 4;
    private const int Nonce = 5;
    private const int SotwControlPlane = 6;
    private const int DeltaRemoved = 6;
    private const int DeltaControlPlane = 7;
    private const int ResourceVersion = 1;
    private const int ResourceAny = 2;
    private const int ResourceName = 3;
    private const int AnyTypeUrl = 1;
    private const int AnyValue = 2;
    private const int Identifier = 1;

    private readonly string _identifier;

    /// <summary>Makes an encoder.</summary>
    /// <param name="identifier">ControlPlane.identifier of all responses; "" leaves control_plane out.</param>
    public ResponseEncoder(string identifier)
    {
        _identifier = identifier;
    }

    /// <summary>The body of a plan, encoded once for all streams.</summary>
    internal EncodedBody Encode(ResponsePlan plan) => plan.Body(EncodeCore);

    /// <summary>Writes the nonce field, which may stand behind all others.</summary>
    internal static int WriteNonce(Span<byte> target, string nonce) => WireFormat.WriteString(target, Nonce, nonce);

    /// <summary>Bytes of the nonce field.</summary>
    internal static int NonceSize(string nonce) => WireFormat.StringSize(nonce);

    private EncodedBody EncodeCore(ResponsePlan plan)
    {
        var delta = plan.Variant == XdsVariant.Delta;
        var typeUrl = plan.Type.TypeUrl();
        var glue = new GlueBuilder(64 + (plan.Resources.Count * (typeUrl.Length + (delta ? 96 : 16))));
        var ends = new int[plan.Resources.Count + 1];
        glue.String(delta ? DeltaSystemVersion : SotwVersion, plan.Version);
        for (var i = 0; i < plan.Resources.Count; i++)
        {
            var resource = plan.Resources[i];
            OpenResource(glue, resource, typeUrl, delta);
            ends[i] = glue.Length;

            // What follows the bytes of the resource belongs to the next part of the glue. In Resource, name (3) comes behind resource (2).
            if (delta)
                glue.String(ResourceName, resource.Name);
        }

        glue.String(TypeUrl, typeUrl);
        foreach (var name in plan.Removed)
            glue.String(DeltaRemoved, name);
        if (_identifier.Length > 0)
        {
            glue.Header(delta ? DeltaControlPlane : SotwControlPlane, WireFormat.StringSize(_identifier));
            glue.String(Identifier, _identifier);
        }

        ends[^1] = glue.Length;
        return new EncodedBody(plan.Resources, glue.ToMemory(), ends);
    }

    // Writes everything up to and including the header of Any.value.
    private static void OpenResource(GlueBuilder glue, EncodedResource resource, string typeUrl, bool delta)
    {
        var valueHeader = 1 + WireFormat.VarintSize(resource.Body.Length);
        var anyLength = WireFormat.StringSize(typeUrl) + valueHeader + resource.Body.Length;
        if (delta)
        {
            var length = WireFormat.StringSize(resource.Version) + WireFormat.FieldSize(anyLength) + WireFormat.StringSize(resource.Name);
            glue.Header(Resources, length);
            glue.String(ResourceVersion, resource.Version);
            glue.Header(ResourceAny, anyLength);
        }
        else
        {
            glue.Header(Resources, anyLength);
        }

        glue.String(AnyTypeUrl, typeUrl);
        glue.Header(AnyValue, resource.Body.Length);
    }

    private sealed class GlueBuilder(int capacity)
    {
        // A tag and a length of at most 5 bytes.
        private const int MaxHeader = 6;

        private byte[] _bytes = new byte[capacity];

        public int Length { get; private set; }

        public void Header(int field, int contentLength) => Length += WireFormat.WriteHeader(Room(MaxHeader), field, contentLength);

        public void String(int field, string text) =>
            Length += WireFormat.WriteString(Room(MaxHeader + Encoding.UTF8.GetMaxByteCount(text.Length)), field, text);

        public ReadOnlyMemory<byte> ToMemory() => _bytes.AsMemory(0, Length);

        private Span<byte> Room(int size)
        {
            if (_bytes.Length - Length < size)
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + size));
            return _bytes.AsSpan(Length);
        }
    }
}
