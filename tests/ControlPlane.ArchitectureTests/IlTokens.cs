using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace ControlPlane.ArchitectureTests;

/// <summary>Walks the instructions of a method body.</summary>
public static class IlTokens
{
    private const byte TwoByteOpCode = 0xFE;

    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value & 0xFFFF);

    /// <summary>The metadata tokens that the instructions carry: methods, fields and types.</summary>
    public static IEnumerable<int> Of(byte[] code)
    {
        for (int at = 0; at < code.Length;)
        {
            int value = code[at] == TwoByteOpCode ? (TwoByteOpCode << 8) | code[at + 1] : code[at];
            var opCode = Codes[value];
            at += opCode.Size;
            if (opCode.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                yield return BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at));
            at += OperandSize(opCode.OperandType, code, at);
        }
    }

    private static int OperandSize(OperandType type, byte[] code, int at) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at))),
        _ => 4,
    };
}
