using System.Globalization;
using System.Text;

namespace ControlPlane.Pipeline.Gate;

/// <summary>The way through one resource: where it stands and what it found wrong. Used by one thread.</summary>
internal sealed class ValidationWalk(ResourceValidator validator)
{
    /// <summary>How deep messages may nest. Protobuf reads 100 levels at most, and each Any starts afresh.</summary>
    private const int MaxDepth = 200;

    private readonly List<ConfigViolation> _violations = [];
    private readonly List<Step> _path = [];

    /// <summary>The validator whose rules apply.</summary>
    public ResourceValidator Validator => validator;

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<ConfigViolation> Violations => _violations;

    /// <summary>Whether nothing more needs to be looked for.</summary>
    public bool IsFull => _violations.Count >= ResourceValidator.MaxViolations;

    /// <summary>Goes down into a field, or one element of it; false where that would be too deep.</summary>
    public bool Enter(string field, object? key)
    {
        if (_path.Count >= MaxDepth)
        {
            Report(field, key, $"is nested more than {MaxDepth.ToString(CultureInfo.InvariantCulture)} levels deep");
            return false;
        }

        _path.Add(new Step(field, key));
        return true;
    }

    /// <summary>Goes up again.</summary>
    public void Leave() => _path.RemoveAt(_path.Count - 1);

    /// <summary>Notes what is wrong with a field of the message it stands at; the field may be empty for the message itself.</summary>
    public void Report(string field, object? key, string reason)
    {
        if (!IsFull)
            _violations.Add(new ConfigViolation(PathTo(field, key), reason));
    }

    private string PathTo(string field, object? key)
    {
        var text = new StringBuilder();
        foreach (var step in _path)
            Append(text, step);
        if (field.Length > 0)
            Append(text, new Step(field, key));
        return text.ToString();
    }

    private static void Append(StringBuilder text, Step step)
    {
        if (text.Length > 0)
            text.Append('.');
        text.Append(step.Field);
        if (step.Key is not null)
            text.Append(CultureInfo.InvariantCulture, $"[{step.Key}]");
    }

    private readonly record struct Step(string Field, object? Key);
}
