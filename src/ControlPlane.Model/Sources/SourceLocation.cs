namespace ControlPlane.Model.Sources;

/// <summary>A place in a file.</summary>
/// <param name="File">Path of the file as the user named its directory, e.g. samples/bookinfo/reviews.yaml; embedded:NAME/... for built-in files.</param>
/// <param name="Line">Line, counted from 1; 0 where the whole file is meant.</param>
public sealed record SourceLocation(string File, int Line)
{
    /// <summary><c>file:line</c>, or the file alone.</summary>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}";
}
