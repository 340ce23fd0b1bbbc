using ControlPlane.Grpc.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Grpc.Tests.Wire;

public sealed class PercentEncodingTests
{
    [Theory]
    [InlineData("plain text ~!", "plain text ~!")]
    [InlineData("100%", "100%25")]
    [InlineData("\t\n", "%09%0A")]
    [InlineData("ö☺\U0001f608", "%C3%B6%E2%98%BA%F0%9F%98%88")]
    public void Encode_Text_IsAsSpecified(string text, string encoded)
    {
        Assert.Equal(encoded, PercentEncoding.Encode(text));
        Assert.Equal(text, PercentEncoding.Decode(encoded));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("50%zz", "50%zz")]
    [InlineData("%4", "%4")]
    [InlineData("%41%4a%4A", "AJJ")]
    public void Decode_InvalidEscape_StaysAsItIs(string encoded, string text) => Assert.Equal(text, PercentEncoding.Decode(encoded));

    [Fact]
    public void EncodeThenDecode_AnyText_GivesItBack() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            // Half of a surrogate pair is no text: it can't be UTF-8.
            var valid = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text.Get));
            var encoded = PercentEncoding.Encode(valid);
            return encoded.All(c => c is >= ' ' and <= '~') && PercentEncoding.Decode(encoded) == valid;
        }).QuickCheckThrowOnFailure();
}
