namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Parses collections in brackets and the scalars that may stand there.</summary>
internal sealed class FlowParser(YamlCursor cursor, NodeFactory factory)
{
    /// <summary>The innermost bracket that is open, to name it should the text end.</summary>
    private (char Bracket, int Line, int Column) _open;

    /// <summary>Parses the collection whose bracket is the current character.</summary>
    public YamlNode Collection(NodeProperties properties)
    {
        factory.Budget.Enter(cursor.Line);
        factory.Open(properties);
        var outer = _open;
        _open = (cursor.Current, cursor.Line, cursor.Column);
        var node = cursor.Current == '[' ? Sequence() : Mapping();
        _open = outer;
        factory.Register(properties, node);
        factory.Budget.Leave();
        return node;
    }

    private YamlNode Sequence()
    {
        var node = YamlNode.Collection(YamlNodeKind.Sequence, cursor.Line);
        cursor.Advance();
        while (!TakeEnd(']'))
        {
            var line = cursor.Line;
            node.Add(Item());
            factory.Budget.Check(node, line);
            TakeSeparator(']');
        }

        return node;
    }

    private YamlNode Mapping()
    {
        var builder = new MappingBuilder(cursor.Line);
        cursor.Advance();
        while (!TakeEnd('}'))
        {
            var isExplicit = cursor.IsIndicator('?');
            if (isExplicit)
                cursor.Advance();
            Pair(builder, Key(), isExplicit);
            TakeSeparator('}');
        }

        return builder.Finish(factory.Budget);
    }

    /// <summary>An item of a sequence; "a: b" is a mapping of one pair.</summary>
    private YamlNode Item()
    {
        var line = cursor.Line;
        var isPair = cursor.IsIndicator('?');
        if (isPair)
            cursor.Advance();
        var key = Key();
        cursor.SkipToToken(inFlow: true);
        if (!isPair && cursor.Current != ':')
            return key.Node;
        factory.Budget.Enter(line);
        var builder = new MappingBuilder(line);
        Pair(builder, key, isPair);
        factory.Budget.Leave();
        return builder.Finish(factory.Budget);
    }

    private void Pair(MappingBuilder builder, YamlKey key, bool isExplicit)
    {
        builder.CheckKey(key);
        cursor.SkipToToken(inFlow: true);
        if (cursor.Current != ':')
        {
            builder.Add(key, factory.Empty(NodeProperties.None, key.Line), factory.Budget);
            return;
        }

        // libyaml's rule, which also finds a forgotten comma.
        if (cursor.Line != key.Line && !isExplicit)
            throw cursor.Fault("a key and its colon must stand on one line");
        cursor.Advance();
        builder.Add(key, Key().Node, factory.Budget);
    }

    /// <summary>A node inside brackets, with what is needed to tell a merge key.</summary>
    private YamlKey Key()
    {
        var properties = NodeProperties.None;
        cursor.SkipToToken(inFlow: true);
        while (PropertyReader.Begins(cursor))
        {
            properties = PropertyReader.Read(cursor, properties);
            cursor.SkipToToken(inFlow: true);
        }

        var line = cursor.Line;
        var c = cursor.Current;
        if (c is '[' or '{')
            return new YamlKey(Collection(properties), line, false);
        if (c is '"' or '\'')
            return new YamlKey(factory.Scalar(FlowScalarReader.Quoted(cursor), false, properties, line), line, false);
        if (c == '*')
            return new YamlKey(Alias(properties), line, false);
        if (FlowScalarReader.BeginsPlain(cursor, inFlow: true))
        {
            var text = FlowScalarReader.PlainRest(cursor, FlowScalarReader.PlainLine(cursor, true), -1, true);
            return new YamlKey(factory.Scalar(text, true, properties, line), line, properties.Tag.Length == 0);
        }

        if (c is ',' or ']' or '}' or ':')
            return new YamlKey(factory.Empty(properties, line), line, false);
        throw cursor.AtEnd ? NotClosed() : cursor.Fault($"'{c}' can't begin a value");
    }

    public YamlNode Alias(NodeProperties properties)
    {
        if (!properties.IsNone)
            throw cursor.Fault("an alias can't have a tag or an anchor");
        var line = cursor.Line;
        return factory.Alias(PropertyReader.Name(cursor), line);
    }

    private bool TakeEnd(char bracket)
    {
        cursor.SkipToToken(inFlow: true);
        if (cursor.AtEnd)
            throw NotClosed();
        if (cursor.Current == ',')
            throw cursor.Fault("a value is missing before the comma");
        if (cursor.Current != bracket)
            return false;
        cursor.Advance();
        return true;
    }

    private void TakeSeparator(char bracket)
    {
        cursor.SkipToToken(inFlow: true);
        if (cursor.Current == ',')
            cursor.Advance();
        else if (cursor.Current != bracket)
            throw cursor.AtEnd ? NotClosed() : cursor.Fault($"expected a comma or {bracket}");
    }

    private YamlFaultException NotClosed() =>
        YamlCursor.Fault(_open.Line, _open.Column, $"the bracket {_open.Bracket} that begins here is not closed");
}
