using System.Text;

namespace ControlPlane.Injection.Templates;

/// <summary>Carries a template out, within bounds of steps and output.</summary>
internal sealed class TemplateRun(IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> named, object? root)
{
    private const int MaxSteps = 200_000;
    private const int MaxOutput = 1_000_000;
    private const int MaxDepth = 50;

    private readonly StringBuilder _output = new();
    private readonly List<(string Name, object? Value)> _variables = [("", root)];
    private int _steps;
    private int _depth;

    private enum Flow
    {
        On,
        Break,
        Continue,
    }

    /// <summary>What a body writes.</summary>
    /// <exception cref="TemplateFault">It can't be carried out.</exception>
    public string Execute(IReadOnlyList<TemplateNode> body)
    {
        Walk(body, root);
        return _output.ToString();
    }

    private Flow Walk(IReadOnlyList<TemplateNode> nodes, object? dot)
    {
        var scope = _variables.Count;
        foreach (var node in nodes)
        {
            if (++_steps > MaxSteps)
                throw new TemplateFault($"it takes more than {MaxSteps} steps");
            var flow = One(node, dot);
            if (flow != Flow.On)
                return Leave(scope, flow);
        }

        return Leave(scope, Flow.On);
    }

    private Flow Leave(int scope, Flow flow)
    {
        _variables.RemoveRange(scope, _variables.Count - scope);
        return flow;
    }

    private Flow One(TemplateNode node, object? dot)
    {
        switch (node)
        {
            case TemplateNode.Text text:
                Write(text.Value);
                return Flow.On;
            case TemplateNode.Action action:
                var value = Evaluate(action.Value, dot);
                if (action.Value.Variables.Count == 0)
                    Write(GoValues.Print(value));
                return Flow.On;
            case TemplateNode.Branch branch:
                return Take(branch, dot);
            case TemplateNode.Range range:
                return Each(range, dot);
            case TemplateNode.Leave leave:
                return leave.IsBreak ? Flow.Break : Flow.Continue;
            case TemplateNode.Call call:
                Call(call, dot);
                return Flow.On;
            default:
                return Flow.On;
        }
    }

    private Flow Take(TemplateNode.Branch branch, object? dot)
    {
        var scope = _variables.Count;
        var condition = Evaluate(branch.Condition, dot);
        var taken = GoValues.IsTrue(condition);
        var flow = Walk(taken ? branch.Then : branch.Else, taken && branch.IsWith ? condition : dot);
        return Leave(scope, flow);
    }

    private Flow Each(TemplateNode.Range range, object? dot)
    {
        var source = Evaluate(range.Source with { Variables = [] }, dot);
        var elements = Elements(source);
        if (elements.Count == 0)
            return Walk(range.Else, dot);
        foreach (var (key, value) in elements)
        {
            var scope = _variables.Count;
            switch (range.Source.Variables)
            {
                case [var only]:
                    Set(only, value, range.Source.Declares);
                    break;
                case [var index, var item]:
                    Set(index, key, range.Source.Declares);
                    Set(item, value, range.Source.Declares);
                    break;
            }

            if (Leave(scope, Walk(range.Body, value)) == Flow.Break)
                break;
        }

        return Flow.On;
    }

    private static List<(object? Key, object? Value)> Elements(object? source) => source switch
    {
        null => [],
        GoMap map => map.Content.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => ((object?)entry.Key, GoValues.Of(entry.Value, map.Kind))).ToList(),
        IReadOnlyList<object?> list => list.Select((item, i) => ((object?)(long)i, item)).ToList(),
        long count when count is >= 0 and <= 1000 => Enumerable.Range(0, (int)count).Select(i => ((object?)(long)i, (object?)(long)i)).ToList(),
        _ when ReferenceEquals(source, GoValues.Unset) => [],
        _ => throw new TemplateFault($"range can't go over a {GoValues.Name(source)}"),
    };

    private void Call(TemplateNode.Call call, object? dot)
    {
        if (!named.TryGetValue(call.Name, out var body))
            throw new TemplateFault($"there is no part named \"{call.Name}\"");
        if (++_depth > MaxDepth)
            throw new TemplateFault($"more than {MaxDepth} parts call each other");
        var inner = call.Dot is null ? null : Evaluate(call.Dot, dot);
        var scope = _variables.Count;
        _variables.Add(("", inner));
        Walk(body, inner);
        Leave(scope, Flow.On);
        _depth--;
    }

    private object? Evaluate(Pipeline pipeline, object? dot)
    {
        object? value = null;
        for (var i = 0; i < pipeline.Commands.Count; i++)
            value = Command(pipeline.Commands[i], dot, i > 0, value);
        foreach (var name in pipeline.Variables)
            Set(name, value, pipeline.Declares);
        return value;
    }

    private object? Command(IReadOnlyList<Operand> operands, object? dot, bool isPiped, object? piped)
    {
        if (operands[0] is Operand.Function function)
        {
            if (function.Name is "and" or "or")
                return Logical(function.Name == "and", operands, dot, isPiped, piped);
            var arguments = operands.Skip(1).Select(operand => Value(operand, dot)).ToList();
            if (isPiped)
                arguments.Add(piped);
            return TemplateFunctions.Call(function.Name, arguments);
        }

        return operands.Count == 1 && !isPiped ? Value(operands[0], dot) : throw new TemplateFault("a value that is no function is given arguments");
    }

    /// <summary>and and or stop at the first argument that decides.</summary>
    private object? Logical(bool isAnd, IReadOnlyList<Operand> operands, object? dot, bool isPiped, object? piped)
    {
        object? value = null;
        foreach (var operand in operands.Skip(1))
        {
            value = Value(operand, dot);
            if (GoValues.IsTrue(value) != isAnd)
                return value;
        }

        return isPiped ? piped : value;
    }

    private object? Value(Operand operand, object? dot)
    {
        if (++_steps > MaxSteps)
            throw new TemplateFault($"it takes more than {MaxSteps} steps");
        var value = operand switch
        {
            Operand.Literal literal => literal.Value,
            Operand.Dot => dot,
            Operand.Variable variable => Variable(variable.Name),
            Operand.Inner inner => Evaluate(inner.Value, dot),
            Operand.Function function => TemplateFunctions.Call(function.Name, []),
            _ => null,
        };
        foreach (var field in operand.Fields)
            value = GoValues.Field(value, field);
        return value;
    }

    private object? Variable(string name)
    {
        for (var i = _variables.Count - 1; i >= 0; i--)
        {
            if (_variables[i].Name == name)
                return _variables[i].Value;
        }

        throw new TemplateFault($"there is no variable ${name}");
    }

    private void Set(string name, object? value, bool declares)
    {
        for (var i = _variables.Count - 1; i >= 0 && !declares; i--)
        {
            if (_variables[i].Name != name)
                continue;
            _variables[i] = (name, value);
            return;
        }

        _variables.Add(declares ? (name, value) : throw new TemplateFault($"there is no variable ${name}"));
    }

    private void Write(string text)
    {
        if (_output.Length + text.Length > MaxOutput)
            throw new TemplateFault($"it writes more than {MaxOutput} characters");
        _output.Append(text);
    }
}
