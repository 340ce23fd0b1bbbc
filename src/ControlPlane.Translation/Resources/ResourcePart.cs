namespace ControlPlane.Translation.Resources;

/// <summary>
/// What one element of large resources is made from. Most elements outlive the revisions of their resource: where the bytes of one lie in the
/// newest revision that has it is noted here, so that the next copies them. The note holds no bytes itself: they live as long as the resource
/// does. It belongs to the encoder, on the one thread that works on a graph, and is no part of the value.
/// </summary>
public abstract class ResourcePart
{
    private Place? _places;

    /// <summary>The bytes that were noted last, field header included; empty where none were, or they are gone.</summary>
    /// <param name="variant">What the bytes depend on besides the part. Compared by value.</param>
    public ReadOnlyMemory<byte> Find(object variant)
    {
        for (var place = _places; place is not null; place = place.Next)
        {
            if (place.Variant.Equals(variant))
                return place.Body.TryGetTarget(out var bytes) ? bytes.AsMemory(place.Start, place.Length) : default;
        }

        return default;
    }

    /// <summary>Notes where the bytes are.</summary>
    /// <param name="variant">What they depend on besides the part.</param>
    /// <param name="body">The bytes of a whole resource: one reference for all its parts.</param>
    /// <param name="start">Where the part begins in them, with its field header.</param>
    /// <param name="length">Its length.</param>
    public void Note(object variant, WeakReference<byte[]> body, int start, int length)
    {
        var place = Of(variant);
        place.Variant = variant;
        place.Body = body;
        place.Start = start;
        place.Length = length;
    }

    // That of the variant, else one whose bytes are gone, else a new one: as many as there are variants in use.
    private Place Of(object variant)
    {
        Place? free = null;
        for (var place = _places; place is not null; place = place.Next)
        {
            if (place.Variant.Equals(variant))
                return place;
            if (!place.Body.TryGetTarget(out _))
                free = place;
        }

        return free ?? (_places = new Place { Next = _places });
    }

    private sealed class Place
    {
        public object Variant { get; set; } = "";

        public WeakReference<byte[]> Body { get; set; } = null!;

        public int Start { get; set; }

        public int Length { get; set; }

        public Place? Next { get; init; }
    }
}
