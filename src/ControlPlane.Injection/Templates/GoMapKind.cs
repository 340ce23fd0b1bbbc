namespace ControlPlane.Injection.Templates;

/// <summary>What sort of map of Go's stands behind a map.</summary>
internal enum GoMapKind
{
    /// <summary>A struct: fields by their Go names, which differ from JSON's in case; one that is not set is empty.</summary>
    Struct,

    /// <summary>A map of texts: a key that is not there gives an empty text.</summary>
    Texts,

    /// <summary>Any other map: a key that is not there gives no value.</summary>
    Any,
}
