using ControlPlane.Http2.Hpack;

namespace ControlPlane.Http2.Tests.Hpack;

/// <summary>The examples of RFC 7541, appendix C.</summary>
public sealed class RfcExamplesTests
{
    private const string Date21 = "date: Mon, 21 Oct 2013 20:13:21 GMT";
    private const string Date22 = "date: Mon, 21 Oct 2013 20:13:22 GMT";
    private const string Location = "location: https://www.example.com";
    private const string Cookie = "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";

    private static readonly (string Fields, int Size, string Table)[] Requests =
    [
        (":method: GET|:scheme: http|:path: /|:authority: www.example.com", 57, ":authority: www.example.com"),
        (":method: GET|:scheme: http|:path: /|:authority: www.example.com|cache-control: no-cache", 110,
            "cache-control: no-cache|:authority: www.example.com"),
        (":method: GET|:scheme: https|:path: /index.html|:authority: www.example.com|custom-key: custom-value", 164,
            "custom-key: custom-value|cache-control: no-cache|:authority: www.example.com"),
    ];

    private static readonly (string Fields, int Size, string Table)[] Responses =
    [
        ($":status: 302|cache-control: private|{Date21}|{Location}", 222, $"{Location}|{Date21}|cache-control: private|:status: 302"),
        ($":status: 307|cache-control: private|{Date21}|{Location}", 222, $":status: 307|{Location}|{Date21}|cache-control: private"),
        ($":status: 200|cache-control: private|{Date22}|{Location}|content-encoding: gzip|{Cookie}", 215,
            $"{Cookie}|content-encoding: gzip|{Date22}"),
    ];

    [Theory]
    [InlineData("0a", 5, 10)]
    [InlineData("1f9a0a", 5, 1337)]
    [InlineData("2a", 8, 42)]
    public void C1_Integer_IsRead(string hex, int prefixBits, int value)
    {
        var reader = new HpackReader(Convert.FromHexString(hex));
        Assert.Equal(value, reader.ReadInteger(prefixBits));
        Assert.True(reader.AtEnd);
    }

    [Theory]
    [InlineData("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572", "custom-key: custom-header", 55, "custom-key: custom-header")]
    [InlineData("040c 2f73 616d 706c 652f 7061 7468", ":path: /sample/path", 0, "")]
    [InlineData("1008 7061 7373 776f 7264 0673 6563 7265 74", "password: secret", 0, "")]
    [InlineData("82", ":method: GET", 0, "")]
    public void C2_Field_IsDecoded(string hex, string fields, int size, string table) => AssertDecodes(4096, [hex], [(fields, size, table)]);

    [Fact]
    public void C3_RequestsWithoutHuffman_AreDecoded() => AssertDecodes(
        4096,
        [
            "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
            "8286 84be 5808 6e6f 2d63 6163 6865",
            "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
        ],
        Requests);

    [Fact]
    public void C4_RequestsWithHuffman_AreDecoded() => AssertDecodes(
        4096,
        [
            "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
            "8286 84be 5886 a8eb 1064 9cbf",
            "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
        ],
        Requests);

    [Fact]
    public void C5_ResponsesWithoutHuffman_AreDecodedWithEvictions() => AssertDecodes(
        256,
        [
            "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 54"
            + "6e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
            "4803 3330 37c1 c0bf",
            "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d"
            + "4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31",
        ],
        Responses);

    [Fact]
    public void C6_ResponsesWithHuffman_AreDecodedWithEvictions() => AssertDecodes(
        256,
        [
            "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
            "4883 640e ffc1 c0bf",
            "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af"
            + "2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
        ],
        Responses);

    private static void AssertDecodes(int maxTableSize, string[] blocks, (string Fields, int Size, string Table)[] expected)
    {
        var decoder = new HpackDecoder(maxTableSize);
        for (int i = 0; i < expected.Length; i++)
        {
            var sink = new RecordingSink();
            decoder.Decode(Convert.FromHexString(blocks[i].Replace(" ", "", StringComparison.Ordinal)), sink);
            Assert.Equal(expected[i].Fields, Print(sink.Fields));
            Assert.Equal(expected[i].Size, decoder.Table.Size);
            Assert.Equal(expected[i].Table, Print(Enumerable.Range(0, decoder.Table.Count).Select(decoder.Table.Get)));
        }
    }

    private static string Print(IEnumerable<(string Name, string Value)> fields) => string.Join('|', fields.Select(field => $"{field.Name}: {field.Value}"));
}
