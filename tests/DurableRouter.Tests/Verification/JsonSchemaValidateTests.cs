using System.Text;
using System.Text.Json;
using DurableRouter.JsonSchema;

namespace DurableRouter.Tests.Verification;

public sealed class JsonSchemaValidateTests
{
    const string Invoice = """
        {"type":"object","additionalProperties":false,"required":["kind","total","rows"],"properties":{
          "kind":{"type":"string","enum":["invoice","letter"]},
          "total":{"type":"number","minimum":0,"multipleOf":0.01},
          "rows":{"type":"array","minItems":1,"items":{"type":"object","required":["name"],"additionalProperties":false,
            "properties":{"name":{"type":"string","minLength":1,"maxLength":40,"pattern":"^\\S"},"due":{"type":["string","null"],"format":"date"}}}}}}
        """;

    [Theory]
    [InlineData("{}", "(root): must have the property \"kind\", which is missing")]
    [InlineData("[]", "(root): must be an object, was an array")]
    [InlineData("""{"kind":"memo","total":1,"rows":[{"name":"a"}]}""", "/kind: must be one of \"invoice\", \"letter\", was \"memo\"")]
    [InlineData("""{"kind":"letter","total":"1","rows":[{"name":"a"}]}""", "/total: must be a number, was a string")]
    [InlineData("""{"kind":"letter","total":0.005,"rows":[{"name":"a"}]}""", "/total: must be a multiple of 0.01, was 0.005")]
    [InlineData("""{"kind":"letter","total":-1,"rows":[{"name":"a"}]}""", "/total: must be at least 0, was -1")]
    [InlineData("""{"kind":"letter","total":1,"rows":[]}""", "/rows: must have at least 1 items, has 0")]
    [InlineData("""{"kind":"letter","total":1,"rows":[{"name":""}]}""", "/rows/0/name: must have at least 1 characters, has 0")]
    [InlineData("""{"kind":"letter","total":1,"rows":[{"name":" x"}]}""", "/rows/0/name: must match the pattern ^\\S, was \" x\"")]
    [InlineData("""{"kind":"letter","total":1,"rows":[{"name":"a"},{"name":"b","due":"soon"}]}""", "/rows/1/due: must be a date such as 2025-03-31, was \"soon\"")]
    [InlineData("""{"kind":"letter","total":1,"rows":[{"name":"a","due":1.5}]}""", "/rows/0/due: must be a string or null, was a number with a fraction")]
    [InlineData("""{"kind":"letter","total":1,"rows":[{"name":"a","a/b~":1}]}""", "/rows/0/a~1b~0: is not an allowed property; allowed: name, due")]
    public void Validate_Violation_SaysWhereAndWhat(string value, string message) =>
        Assert.Contains(message, Schemas.Validate(Invoice, value).Select(violation => violation.Message));

    [Fact]
    public void Validate_SeveralViolations_ReportsEachWithPointerAndKeyword()
    {
        var violations = Schemas.Validate(Invoice, """{"kind":"x","total":-0.001,"rows":[{"name":5}],"more":1}""");
        Assert.Equal(
            [("/kind", "enum"), ("/total", "minimum"), ("/total", "multipleOf"), ("/rows/0/name", "type"), ("/more", "additionalProperties")],
            violations.Select(violation => (violation.Pointer, violation.Keyword)));
    }

    [Fact]
    public void Validate_ManyViolations_AreCapped() =>
        Assert.Equal(CompiledSchema.MaximumViolations, Schemas.Validate("""{"items":{"type":"null"}}""", $"[{string.Join(',', Enumerable.Repeat(1, 500))}]").Count);

    [Fact]
    public void Validate_Alternatives_ExplainsTheOneOfTheValuesType()
    {
        const string Schema = """{"anyOf":[{"type":"null"},{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}]}""";
        Assert.Equal("/a: must be a string, was an integer", Assert.Single(Schemas.Validate(Schema, """{"a":1}""")).Message);
        Assert.Equal("(root): must be an object or null, was an integer", Assert.Single(Schemas.Validate(Schema, "1")).Message);
    }

    [Fact]
    public void Validate_Alternatives_ExplainsTheOneWhoseDiscriminatorFits()
    {
        const string Schema = """
            {"anyOf":[{"type":"object","properties":{"kind":{"const":"a"},"n":{"type":"integer"}}},
                      {"type":"object","properties":{"kind":{"const":"b"},"n":{"type":"string"}}}]}
            """;
        Assert.Equal("/n: must be an integer, was a string", Assert.Single(Schemas.Validate(Schema, """{"kind":"a","n":"1"}""")).Message);
        var unclear = Assert.Single(Schemas.Validate(Schema, """{"kind":"c","n":true}"""));
        Assert.Equal("anyOf", unclear.Keyword);
        Assert.Contains("(1) /kind: must be \"a\", was \"c\"; (2) /kind: must be \"b\"", unclear.Message);
    }

    [Fact]
    public void Validate_ValidValue_AllocatesNothing()
    {
        var schema = Schemas.Load(Invoice);
        var value = Schemas.Json("""{"rows":[{"due":null,"name":"caf\u00e9"},{"name":"b","due":"2025-03-31"}],"total":19.99,"kind":"letter"}""");
        for (var i = 0; i < 200; i++)
        {
            Assert.Empty(schema.Validate(value));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var valid = 0;
        for (var i = 0; i < 1_000; i++)
        {
            valid += schema.Validate(value).Count == 0 ? 1 : 0;
        }

        var perCall = (GC.GetAllocatedBytesForCurrentThread() - before) / 1_000.0;
        Assert.Equal(1_000, valid);
        // The regular expression engine may rent a runner now and then.
        Assert.True(perCall < 16, $"{perCall} bytes per validation");
    }

    [Fact]
    public void Validate_ManyThreads_ShareOneSchema()
    {
        var schema = Schemas.Load(Invoice);
        var valid = Schemas.Json("""{"kind":"letter","total":1,"rows":[{"name":"a"}]}""");
        var invalid = Schemas.Json("""{"kind":"letter","total":1,"rows":[{"name":" "}]}""");
        Parallel.For(0, 2_000, i => Assert.Equal(i % 2, schema.Validate(i % 2 == 0 ? valid : invalid).Count));
    }

    [Fact]
    public void Validate_DefaultElement_Throws() => Assert.Throws<ArgumentException>(() => Schemas.Load("{}").Validate(default));

    [Fact]
    public void Validate_BrokenName_IsRefused()
    {
        const string Open = """{"properties":{"a":{}}}""";
        Assert.Equal("properties", Assert.Single(Schemas.Validate(Open, """{"\ud800":1}""")).Keyword);
        Assert.Single(Schemas.Validate("""{"const":{"a":"x"}}""", """{"a":"\ud800"}"""));
    }

    [Fact]
    public void Validate_BytesThatAreNotUtf8_AreRefused()
    {
        using var document = JsonDocument.Parse(new byte[] { (byte)'"', 0xC3, 0x28, (byte)'"' });
        Assert.Equal("type", Assert.Single(Schemas.Load("""{"type":"string"}""").Validate(document.RootElement)).Keyword);
        Assert.Equal(["enum", "type"], Schemas.Load("""{"enum":["x"]}""").Validate(document.RootElement).Select(violation => violation.Keyword));
    }

    [Fact]
    public void Validate_DeepValue_IsRefusedWithoutOverflow()
    {
        var value = Schemas.Json(new string('[', 5_000) + new string(']', 5_000), 10_000);
        var violation = Assert.Single(Schemas.Load("""{"type":"array","items":{"$ref":"#"}}""").Validate(value));
        Assert.Equal(SchemaViolation.CostKeyword, violation.Keyword);
    }

    [Fact]
    public void Validate_ExponentialAlternatives_StopsAtTheBudget()
    {
        var definitions = string.Join(',', Enumerable.Range(0, 40)
            .Select(i => $"\"d{i}\":{{\"anyOf\":[{{\"$ref\":\"#/$defs/d{i + 1}\"}},{{\"$ref\":\"#/$defs/d{i + 1}\"}}]}}").Take(30));
        var schema = $"{{\"$ref\":\"#/$defs/d0\",\"$defs\":{{{definitions},\"d30\":{{\"type\":\"null\"}}}}}}";
        Assert.Equal(SchemaViolation.CostKeyword, Assert.Single(Schemas.Validate(schema, "1")).Keyword);
    }

    [Theory]
    [InlineData("^(?:a+)+$")]
    [InlineData("^(?=.)(?:a|aa)+$")]
    [InlineData("^(?:(?:a{1,30}){1,30}){1,30}$(?<!x)")]
    public void Validate_CatastrophicPattern_EndsSoonForManyValues(string pattern)
    {
        var schema = $"{{\"items\":{{\"pattern\":{JsonSerializer.Serialize(pattern)}}}}}";
        var text = new string('a', 5_000) + "!";
        HostileInput.AssertBounded(() => Assert.NotEmpty(Schemas.Validate(schema, $"[{string.Join(',', Enumerable.Repeat($"\"{text}\"", 500))}]")));
    }

    [Theory]
    [InlineData("1e999999999999999999999999999", false)]
    [InlineData("1e-999999999999999999999999999", true)]
    [InlineData("-1e999999999999999999999999999", true)]
    public void Validate_AbsurdExponent_IsOrderedCorrectly(string number, bool isBelow) =>
        Assert.Equal(isBelow, Schemas.Validate("""{"maximum":5}""", number).Count == 0);

    [Fact]
    public void Validate_HugeNumbers_CostLinearTime()
    {
        var digits = new string('7', 1_000_000);
        Assert.Empty(Schemas.Validate("""{"type":"integer","multipleOf":7,"minimum":1}""", digits));
        Assert.Equal("multipleOf", Assert.Single(Schemas.Validate("""{"multipleOf":7}""", digits + "1")).Keyword);
        Assert.Empty(Schemas.Validate("""{"multipleOf":0.0007}""", "7e9000"));
        var message = Assert.Single(Schemas.Validate("""{"maximum":1}""", digits)).Message;
        Assert.InRange(message.Length, 1, 200);
    }

    [Fact]
    public void Validate_HugeStringsAndNames_KeepMessagesShort()
    {
        var long1 = new StringBuilder().Insert(0, "😀", 500_000).ToString();
        var violations = Schemas.Validate("""{"properties":{"a":{"maxLength":3,"enum":["x"]}},"additionalProperties":false}""", $"{{\"a\":\"{long1}\",\"{long1}\":1}}");
        Assert.Equal(3, violations.Count);
        Assert.All(violations, violation => Assert.InRange(violation.Message.Length, 1, 500));
    }
}
