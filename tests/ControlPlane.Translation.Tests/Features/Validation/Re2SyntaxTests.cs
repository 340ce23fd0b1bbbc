using ControlPlane.Translation.Features.Validation;

namespace ControlPlane.Translation.Tests.Features.Validation;

public sealed class Re2SyntaxTests
{
    [Theory]
    [InlineData(".*")]
    [InlineData("^/api/v[0-9]+(/.*)?$")]
    [InlineData("a{2}|b{2,}|c{2,3}?|d{x}")]
    [InlineData("(?i)a(?:b)(?P<name>c)(?<other>d)(?s-m:e)")]
    [InlineData(@"[]a-z\d[:alpha:]^-]")]
    [InlineData(@"\Qa(b\E\.\x41\x{1F600}\pN\p{Greek}\012")]
    [InlineData("a*?b+?c??")]
    [InlineData("a||b|")]
    [InlineData("{")]
    public void Fault_WhatRe2Takes_IsNone(string text) => Assert.Null(Re2Syntax.Fault(text));

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("a**")]
    [InlineData("a{2}{3}")]
    [InlineData("(?=a)")]
    [InlineData("(?<!a)b")]
    [InlineData("(?<=a)b")]
    [InlineData("(?#note)")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("[z-a]")]
    [InlineData("[[:letter:]]")]
    [InlineData(@"(a)\1")]
    [InlineData(@"\y")]
    [InlineData(@"a\")]
    [InlineData("a{3,2}")]
    [InlineData("a{1001}")]
    [InlineData("(?P<>a)")]
    [InlineData(@"\xZZ")]
    public void Fault_WhatRe2Refuses_IsSaid(string text) => Assert.NotNull(Re2Syntax.Fault(text));

    [Fact]
    public void Fault_LongExpression_IsRefusedAsIstioDoes()
    {
        Assert.Null(Re2Syntax.Fault(new string('a', 1024)));
        Assert.NotNull(Re2Syntax.Fault(new string('a', 1025)));
    }
}
