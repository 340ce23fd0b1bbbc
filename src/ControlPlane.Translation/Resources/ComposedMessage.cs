using Google.Protobuf;

namespace ControlPlane.Translation.Resources;

/// <summary>
/// A message most of which is a repeated field, said by its parts, so that who has the bytes of a part need not have it made. The parts are the
/// first elements of the field.
/// </summary>
public sealed class ComposedMessage
{
    private readonly Func<IEnumerable<IMessage>, IMessage> _compose;
    private readonly Func<ResourcePart, IMessage> _build;
    private readonly Func<IMessage, IMessage>? _edit;

    /// <summary>Says a message by its parts.</summary>
    /// <param name="field">Number of the repeated field.</param>
    /// <param name="parts">Its elements, in order.</param>
    /// <param name="variant">What an element depends on besides its part. Compared by value.</param>
    /// <param name="build">Makes an element: a function of the part and the variant.</param>
    /// <param name="compose">Makes the message with the given elements in front of its own, if it has any.</param>
    public ComposedMessage(
        int field,
        IReadOnlyList<ResourcePart> parts,
        object variant,
        Func<ResourcePart, IMessage> build,
        Func<IEnumerable<IMessage>, IMessage> compose)
        : this(field, parts, variant, build, compose, null)
    {
    }

    private ComposedMessage(
        int field,
        IReadOnlyList<ResourcePart> parts,
        object variant,
        Func<ResourcePart, IMessage> build,
        Func<IEnumerable<IMessage>, IMessage> compose,
        Func<IMessage, IMessage>? edit)
    {
        Field = field;
        Parts = parts;
        Variant = variant;
        _build = build;
        _compose = compose;
        _edit = edit;
    }

    /// <summary>Number of the repeated field.</summary>
    public int Field { get; }

    /// <summary>Its elements, in order.</summary>
    public IReadOnlyList<ResourcePart> Parts { get; }

    /// <summary>What an element depends on besides its part. Compared by value.</summary>
    public object Variant { get; }

    /// <summary>Makes an element.</summary>
    public IMessage Element(ResourcePart part) => Edit(_build(part));

    /// <summary>Makes the message without the elements of the parts.</summary>
    public IMessage Frame() => Edit(_compose([]));

    /// <summary>Makes the whole message.</summary>
    public IMessage Whole() => Edit(_compose(Parts.Select(_build)));

    /// <summary>The same message, edited.</summary>
    /// <param name="by">What the edit depends on. Compared by value.</param>
    /// <param name="edit">Edits a message. To edit the whole must be to edit its frame and each element.</param>
    public ComposedMessage Edited(object by, Func<IMessage, IMessage> edit) =>
        new(Field, Parts, (Variant, by), _build, _compose, _edit is { } first ? m => edit(first(m)) : edit);

    private IMessage Edit(IMessage message) => _edit is null ? message : _edit(message);
}
