namespace DurableRouter.Tests.Verification;

/// <summary>Hand-written cases; ajv is asked about every one of them.</summary>
static class SchemaEdgeCases
{
    public static readonly (string Schema, string[] Valid, string[] Invalid)[] Agreed =
    [
        ("""{}""", ["null", "1", "{}"], []),
        ("""{"type":"integer"}""", ["1", "1.0", "-0", "1e3", "100e-2", "123456789012345678901234567890"], ["1.5", "1e-1", "\"1\"", "true"]),
        ("""{"type":["string","null"]}""", ["null", "\"\""], ["0", "[]", "{}"]),
        ("""{"type":"number","multipleOf":0.01}""", ["19.99", "0", "-0.07", "4.35", "1e2"], ["0.005", "19.999"]),
        ("""{"multipleOf":3}""", ["9", "-3.0", "\"text\""], ["10", "1.5"]),
        ("""{"minimum":0.1,"exclusiveMaximum":1e2}""", ["0.1", "0.10", "99.999", "null"], ["0.0999", "100", "100.0", "1e5"]),
        ("""{"exclusiveMinimum":-5,"maximum":-1.5}""", ["-1.5", "-4.99"], ["-5", "-5.0", "-1.4", "0"]),
        ("""{"const":1}""", ["1", "1.0", "10e-1"], ["true", "\"1\"", "1.1"]),
        ("""{"const":0}""", ["0", "-0.0", "0e5"], ["false", "null", "\"\""]),
        ("""{"const":{"a":[1,{"b":null}],"c":"é"}}""", ["""{"c":"\u00e9","a":[1.0,{"b":null}]}"""], ["""{"a":[1,{"b":null}]}""", """{"c":"é","a":[1,{}]}""", """{"c":"é","a":[{"b":null},1]}"""]),
        ("""{"enum":["a",null,[],{}]}""", ["\"a\"", "\"\\u0061\"", "null", "[]", "{}"], ["\"A\"", "0", "[null]", "{\"a\":1}"]),
        ("""{"minLength":2,"maxLength":2}""", ["\"ab\"", "\"😀😀\"", "\"\\ud83d\\ude00a\"", "\"e\\u0301\"", "5"], ["\"😀\"", "\"abc\"", "\"\""]),
        ("""{"minItems":2.0,"maxItems":3}""", ["[1,2]", "[1,2,3]", "\"x\""], ["[1]", "[1,2,3,4]"]),
        ("""{"required":["a"]}""", ["""{"a":null}""", """{"a":1,"b":2}""", "[]"], ["{}", """{"A":1}"""]),
        ("""{"properties":{"a":{"type":"string"}},"additionalProperties":false}""", ["{}", """{"a":""}""", """{"\u0061":""}"""], ["""{"b":1}""", """{"a":1}"""]),
        ("""{"properties":{"toString":{"type":"string"},"__proto":{}},"required":["toString"]}""", ["""{"toString":"x"}"""], ["{}", """{"toString":1}"""]),
        ("""{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["next"],"additionalProperties":false}""",
            ["""{"next":null}""", """{"next":{"next":{"next":null}}}"""], ["{}", """{"next":{"next":{}}}""", """{"next":{"next":{"next":1}}}"""]),
        ("""{"$ref":"#/$defs/a~1b","$defs":{"a/b":{"type":"array","items":{"$ref":"#/$defs/n%20m"}},"n m":{"type":"integer"}}}""", ["[]", "[1,2]"], ["1", "[\"x\"]"]),
        ("""{"$ref":"#/$defs/a","minimum":5,"$defs":{"a":{"type":"number","maximum":9}}}""", ["5", "9"], ["4", "10", "\"x\""]),
        ("""{"anyOf":[{"type":"string","maxLength":1},{"type":"integer"}],"enum":["a","bb",1,2.5]}""", ["\"a\"", "1"], ["\"bb\"", "2.5", "2"]),
        ("""{"pattern":"^[^a]$"}""", ["\"b\"", "\"😀\""], ["\"a\"", "\"😀😀\"", "\"\""]),
        ("""{"pattern":"^a.c$"}""", ["\"abc\"", "\"a😀c\""], ["\"a\\nc\"", "\"a\\u2028c\"", "\"abc\\n\""]),
        ("""{"pattern":"^\\d+$"}""", ["\"12\""], ["\"١٢\"", "\"12\\n\"", "\"\""]),
        ("""{"pattern":"^\\w$"}""", ["\"_\"", "\"a\""], ["\"é\"", "\"ſ\""]),
        ("""{"pattern":"^\\s$"}""", ["\" \"", "\"\\u00a0\"", "\"\\ufeff\"", "\"\\u2003\""], ["\"\\u200b\"", "\"\\u0085\""]),
        ("""{"pattern":"\\bcat\\b"}""", ["\"a cat.\"", "\"écaté cat\""], ["\"concat\"", "\"cat_\""]),
        ("""{"pattern":"^\\p{Lu}\\p{Ll}+$"}""", ["\"Äpfel\"", "\"Ωmega\""], ["\"äpfel\"", "\"ABC\""]),
        ("""{"pattern":"^[\\u{1F600}-\\u{1F64F}x]{2}$"}""", ["\"😀x\"", "\"😀😁\""], ["\"😀\"", "\"🚀x\""]),
        ("""{"pattern":"^[\\u{FFF0}-\\u{10FFFF}]$"}""", ["\"😀\"", "\"\\ufffd\""], ["\"a\"", "\"\\ud7ff\""]),
        ("""{"pattern":"^(?<year>\\d{4})-(?:0[1-9]|1[0-2])$"}""", ["\"2025-03\""], ["\"2025-13\"", "\"25-03\""]),
        ("""{"pattern":"^(?!.*--)[a-z-]+(?<!-)$"}""", ["\"a-b\""], ["\"a--b\"", "\"a-\""]),
        ("""{"pattern":"[]"}""", ["1"], ["\"\"", "\"a\""]),
        ("""{"pattern":"^[^]$"}""", ["\"a\"", "\"\\n\"", "\"😀\""], ["\"\""]),
        ("""{"pattern":"^\\x41\\cJ\\0\\/\\u0042$"}""", ["\"A\\n\\u0000/B\""], ["\"A\""]),
        ("""{"format":"date"}""", ["\"2024-02-29\"", "\"0000-01-01\"", "1"], ["\"2023-02-29\"", "\"2024-13-01\"", "\"2024-1-01\"", "\"2024-02-29T\"", "\"٢٠٢٤-02-29\""]),
        ("""{"format":"time"}""", ["\"00:00:00Z\"", "\"23:59:60z\"", "\"01:29:60+01:30\"", "\"15:59:60-08:00\"", "\"12:00:00.123456789+00:00\""],
            ["\"24:00:00Z\"", "\"12:60:00Z\"", "\"12:00:60Z\"", "\"12:00:00\"", "\"12:00:00.Z\"", "\"12:00:00+24:00\"", "\"12:00Z\"", "\"\""]),
        ("""{"format":"date-time"}""", ["\"2025-03-31T08:00:00Z\"", "\"2025-03-31t08:00:00.5-05:00\""], ["\"2025-03-31T08:00:00\"", "\"2025-02-30T08:00:00Z\"", "\"2025-03-31\"", "\"2025-03-31TT08:00:00Z\""]),
        ("""{"format":"duration"}""", ["\"P1D\"", "\"PT5M\"", "\"P1Y2M3DT4H5M6S\"", "\"P2W\"", "\"P1Y1D\""], ["\"P\"", "\"PT\"", "\"P1DT\"", "\"P1S\"", "\"1D\"", "\"P1D2W\"", "\"PW\"", "\"P1M1Y\"", "\"P1.5D\"", "\"P-1D\""]),
        ("""{"format":"email"}""", ["\"a@b.co\"", "\"a.b+c@x-y.example.org\"", "\"o'neil@b.co\""], ["\"a\"", "\"@b.co\"", "\"a@b\"", "\"a..b@c.co\"", "\"a@-b.co\"", "\"a@b.co.\"", "\"a b@c.co\"", "\"é@b.co\""]),
        ("""{"format":"hostname"}""", ["\"a\"", "\"a.b-c.org\"", "\"x.org.\"", "\"1.2\""], ["\"\"", "\"-a\"", "\"a-\"", "\"a..b\"", "\"a_b\"", "\"" + new string('a', 64) + "\"", "\".\""]),
        ("""{"format":"ipv4"}""", ["\"0.0.0.0\"", "\"255.1.20.3\""], ["\"256.1.1.1\"", "\"1.1.1\"", "\"01.1.1.1\"", "\"1.1.1.1.1\"", "\"1.1.1.\"", "\"0x1.1.1.1\""]),
        ("""{"format":"ipv6"}""", ["\"::\"", "\"::1\"", "\"2001:DB8::ff\"", "\"1:2:3:4:5:6:7:8\"", "\"::ffff:10.0.0.1\"", "\"1::\""],
            ["\":::\"", "\"1:2:3:4:5:6:7\"", "\"1::2::3\"", "\"12345::\"", "\"::1%eth0\"", "\"[::1]\"", "\"::1/64\"", "\"::ffff:10.0.0\"", "\"1.2.3.4\"", "\"1:2:3:4:5:6:7:8:9\""]),
        ("""{"format":"uuid"}""", ["\"123e4567-e89b-12d3-a456-426614174000\"", "\"123E4567-E89B-12D3-A456-426614174000\""], ["\"123e4567e89b12d3a456426614174000\"", "\"{123e4567-e89b-12d3-a456-426614174000}\"", "\"123e4567-e89b-12d3-a456-42661417400\"", "\"0x3e4567-e89b-12d3-a456-426614174000\""]),
    ];

    public static readonly string[] RefusedByBoth =
    [
        """{"enum":[]}""", """{"type":"text"}""", """{"type":[]}""", """{"type":["string","string"]}""", """{"required":"a"}""", """{"required":[1]}""",
        """{"required":["a","a"]}""", """{"properties":[]}""", """{"anyOf":[]}""", """{"anyOf":{}}""", """{"minLength":-1}""", """{"minLength":1.5}""",
        """{"maxItems":"3"}""", """{"multipleOf":0}""", """{"multipleOf":-1}""", """{"minimum":"1"}""", """{"pattern":"("}""", """{"pattern":"a{2,1}"}""",
        """{"pattern":"["}""", """{"pattern":"\\q"}""", """{"pattern":"*a"}""", """{"pattern":"a**"}""", """{"pattern":"]"}""", """{"pattern":"[b-a]"}""",
        """{"pattern":"{1}"}""", """{"pattern":"(?=a)*"}""", """{"pattern":"[\\d-z]"}""", """{"pattern":"\\u{110000}"}""",
        """{"format":1}""", """{"$ref":"#/$defs/none"}""", """{"$ref":1}""", """{"items":[{}]}""", """{"items":3}""", """{"title":1}""", """{"examples":{}}""",
    ];

    /// <summary>Where we differ on purpose; <see cref="JsonSchema.CompiledSchema"/> lists the same.</summary>
    public static readonly (string Schema, string Instance, bool OursIsValid, string Why)[] Different =
    [
        ("""{"const":9007199254740993}""", "9007199254740992", false, "numbers are not rounded to doubles"),
        ("""{"maximum":0.1}""", "0.1000000000000000000001", false, "numbers are not rounded to doubles"),
        ("""{"type":"integer"}""", "1.00000000000000000000001", false, "numbers are not rounded to doubles"),
        ("""{"multipleOf":1}""", "3.0000000001", false, "multiples are exact"),
        ("""{"required":["a",""]}""", """{"a":1}""", false, "the empty name is a name, which ajv forgets among several"),
        ("""{"type":"string"}""", "\"\\ud800\"", false, "half of a surrogate pair is no text"),
        ("""{"format":"date-time"}""", "\"2025-03-31 08:00:00Z\"", false, "RFC 3339 in JSON Schema separates with T"),
        ("""{"format":"time"}""", "\"08:00:00+01\"", false, "RFC 3339 offsets have minutes"),
        ("""{"format":"time"}""", "\"08:00:00+0100\"", false, "RFC 3339 offsets have a colon"),
        ("""{"format":"uuid"}""", "\"urn:uuid:123e4567-e89b-12d3-a456-426614174000\"", false, "a URN is not a UUID"),
        ("""{"pattern":"^\\p{L}$"}""", "\"𝒳\"", false, "categories are known up to U+FFFF"),
        ("""{"pattern":"^\\P{L}$"}""", "\"😀\"", false, "categories are known up to U+FFFF"),
    ];
}
