namespace ControlPlane.Model.Incremental;

/// <summary>Something that is found by a key which it holds itself.</summary>
internal interface IKeyed<out TKey>
{
    TKey Key { get; }
}
