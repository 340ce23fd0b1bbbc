namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>
/// Parses what is structured by indentation. Recursion follows the nesting of collections, which the budget bounds. Follows libyaml,
/// on which kubectl's reader rests, except where that is laxer or stricter than YAML 1.2 without need.
/// </summary>
internal sealed class BlockParser(YamlCursor cursor, NodeFactory factory)
{
    private readonly FlowParser _flow = new(cursor, factory);

    /// <summary>Parses the only node of a document; the cursor stands where it may begin.</summary>
    /// <param name="compact">Whether a mapping or sequence may begin on the current line: not after ---.</param>
    public YamlNode Root(bool compact)
    {
        var root = Node(-1, compact, inMapping: false);
        cursor.SkipToToken(inFlow: false);
        if (cursor.AtEnd)
            return root;
        throw Unexpected();
    }

    /// <summary>Parses a node that may be empty.</summary>
    /// <param name="indent">Column of the collection around it, -1 at the root.</param>
    /// <param name="compact">Whether a collection may begin on the current line.</param>
    /// <param name="inMapping">Whether it is a value of a mapping: then a sequence may begin at the mapping's own column.</param>
    private YamlNode Node(int indent, bool compact, bool inMapping)
    {
        var properties = NodeProperties.None;
        var ownLine = NodeProperties.None;
        var line = cursor.Line;
        var start = -1;
        while (true)
        {
            compact &= cursor.Current != '\t';
            cursor.SkipToToken(inFlow: false);
            if (cursor.AtLineStart)
            {
                // Tags and anchors on earlier lines belong to the whole node, those on the line of a key to the key.
                compact = true;
                properties = Join(properties, ownLine);
                (ownLine, start) = (NodeProperties.None, -1);
            }

            if (cursor.AtEnd || (cursor.AtLineStart && !Belongs(indent, inMapping)))
                return factory.Empty(Join(properties, ownLine), line);
            if (start < 0)
                start = cursor.Column;
            if (!PropertyReader.Begins(cursor))
                break;
            ownLine = PropertyReader.Read(cursor, ownLine);
        }

        return Content(indent, compact, start, properties, ownLine);
    }

    private bool Belongs(int indent, bool inMapping) =>
        cursor.Column > indent || (inMapping && cursor.Column == indent && cursor.IsIndicator('-'));

    private NodeProperties Join(NodeProperties outer, NodeProperties inner)
    {
        if ((outer.Tag.Length > 0 && inner.Tag.Length > 0) || (outer.Anchor.Length > 0 && inner.Anchor.Length > 0))
            throw cursor.Fault("a node has two tags or two anchors");
        return new NodeProperties(outer.Tag + inner.Tag, outer.Anchor + inner.Anchor);
    }

    private YamlNode Content(int indent, bool compact, int start, NodeProperties outer, NodeProperties own)
    {
        if (cursor.IsIndicator('-'))
            return compact && own.IsNone ? Sequence(outer) : throw cursor.Fault("a sequence can't begin here");
        if (cursor.IsIndicator('?'))
            return compact && own.IsNone ? Mapping(cursor.Column, outer, null) : throw cursor.Fault("a mapping can't begin here");
        if (cursor.Current is '|' or '>')
        {
            var scalarLine = cursor.Line;
            return factory.Scalar(BlockScalarReader.Read(cursor, indent), false, Join(outer, own), scalarLine);
        }

        var line = cursor.Line;
        var place = cursor.Save();
        if (TryKey(own) is { } key)
        {
            if (!compact)
                throw cursor.Fault("a mapping can't begin on this line");
            return Mapping(start, outer, key);
        }

        cursor.Restore(place);
        return Value(indent, Join(outer, own), line);
    }

    /// <summary>A node that is no block collection.</summary>
    private YamlNode Value(int indent, NodeProperties properties, int line)
    {
        if (cursor.Current is '[' or '{')
            return _flow.Collection(properties);
        if (cursor.Current is '"' or '\'')
            return factory.Scalar(FlowScalarReader.Quoted(cursor), false, properties, line);
        if (cursor.Current == '*')
            return _flow.Alias(properties);
        if (!FlowScalarReader.BeginsPlain(cursor, inFlow: false))
            throw Unexpected();
        var text = FlowScalarReader.PlainRest(cursor, FlowScalarReader.PlainLine(cursor, false), indent, false);
        return factory.Scalar(text, true, properties, line);
    }

    /// <summary>Reads a scalar that a colon on the same line makes a key; null where there is none, and the cursor is then anywhere.</summary>
    private YamlKey? TryKey(NodeProperties properties)
    {
        var line = cursor.Line;
        if (cursor.IsIndicator(':'))
            return new YamlKey(YamlNode.Scalar(YamlNodeKind.Null, line, "null"), line, false);
        if (cursor.Current is '[' or '{' or '\0')
            return null;
        if (cursor.Current == '*')
        {
            var alias = _flow.Alias(properties);
            return TakeColon(line) ? new YamlKey(alias, line, false) : null;
        }

        var quoted = cursor.Current is '"' or '\'';
        if (!quoted && !FlowScalarReader.BeginsPlain(cursor, inFlow: false))
            return null;
        var text = quoted ? FlowScalarReader.Quoted(cursor) : FlowScalarReader.PlainLine(cursor, false);
        return TakeColon(line) ? new YamlKey(factory.Scalar(text, !quoted, properties, line), line, !quoted && properties.Tag.Length == 0) : null;
    }

    private bool TakeColon(int line)
    {
        cursor.SkipBlanks();
        return cursor.Line == line && cursor.IsIndicator(':');
    }

    private YamlNode Sequence(NodeProperties properties)
    {
        factory.Budget.Enter(cursor.Line);
        factory.Open(properties);
        var node = YamlNode.Collection(YamlNodeKind.Sequence, cursor.Line);
        var column = cursor.Column;
        while (true)
        {
            var line = cursor.Line;
            cursor.Advance();
            node.Add(Node(column, compact: true, inMapping: false));
            factory.Budget.Check(node, line);
            if (!AtNext(column) || !cursor.IsIndicator('-'))
                break;
        }

        factory.Register(properties, node);
        factory.Budget.Leave();
        return node;
    }

    /// <summary>Parses a mapping whose first key has been read, or whose first key is the explicit one here.</summary>
    private YamlNode Mapping(int column, NodeProperties properties, YamlKey? first)
    {
        factory.Budget.Enter(cursor.Line);
        factory.Open(properties);
        var builder = new MappingBuilder(cursor.Line);
        for (var key = first; ; key = null)
        {
            if (key is null && cursor.IsIndicator('?'))
                ExplicitPair(builder, column);
            else
                Pair(builder, key ?? NextKey(), column);
            if (!AtNext(column))
                break;
        }

        var node = builder.Finish(factory.Budget);
        factory.Register(properties, node);
        factory.Budget.Leave();
        return node;
    }

    private void Pair(MappingBuilder builder, YamlKey key, int column)
    {
        builder.CheckKey(key);
        cursor.Advance();
        builder.Add(key, Node(column, compact: false, inMapping: true), factory.Budget);
    }

    private void ExplicitPair(MappingBuilder builder, int column)
    {
        var line = cursor.Line;
        cursor.Advance();
        var key = new YamlKey(Node(column, compact: true, inMapping: false), line, false);
        builder.CheckKey(key);
        var value = factory.Empty(NodeProperties.None, line);
        if (AtNext(column) && cursor.IsIndicator(':'))
        {
            cursor.Advance();
            value = Node(column, compact: true, inMapping: true);
        }

        builder.Add(key, value, factory.Budget);
    }

    private YamlKey NextKey()
    {
        var properties = NodeProperties.None;
        while (PropertyReader.Begins(cursor))
        {
            properties = PropertyReader.Read(cursor, properties);
            cursor.SkipBlanks();
        }

        var line = cursor.Line;
        return TryKey(properties) ?? throw new YamlFaultException(
            line, "not well-formed YAML: expected a key and a colon; is the line indented as it should be?");
    }

    /// <summary>Moves to the next token; whether it continues the collection at a column. Refuses text that belongs nowhere.</summary>
    private bool AtNext(int column)
    {
        cursor.SkipToToken(inFlow: false);
        if (cursor.AtEnd)
            return false;
        if (!cursor.AtLineStart || cursor.Column > column)
            throw Unexpected();
        return cursor.Column == column;
    }

    private YamlFaultException Unexpected() => cursor.AtLineStart
        ? cursor.Fault("this line does not fit the indentation of those before it")
        : cursor.Fault($"'{cursor.Current}' is not expected here; a string that holds it must be quoted");
}
