using System.Text;

namespace DurableRouter.Tests.Verification;

public sealed class JsonSchemaLoadTests
{
    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"oneOf":[]}}}""", "/properties/a/oneOf", "'oneOf' is not a keyword this program enforces")]
    [InlineData("""{"items":{"uniqueItems":true}}""", "/items/uniqueItems", "'uniqueItems' is not")]
    [InlineData("""{"x/y":1}""", "/x~1y", "'x/y' is not")]
    [InlineData("""{"additionalProperties":{"type":"string"}}""", "/additionalProperties", "must be true or false")]
    [InlineData("""{"items":true}""", "/items", "a schema must be an object")]
    [InlineData("""{"minimum":2,"maximum":1}""", "/minimum", "'maximum' allows")]
    [InlineData("""{"minimum":1,"exclusiveMaximum":1.0}""", "/minimum", "'exclusiveMaximum' allows")]
    [InlineData("""{"minItems":3,"maxItems":2}""", "/minItems", "greater than 'maxItems'")]
    [InlineData("""{"minLength":3,"maxLength":2}""", "/minLength", "greater than 'maxLength'")]
    [InlineData("""{"maximum":1e999999}""", "/maximum", "ten to the power of")]
    [InlineData("""{"multipleOf":1.0000000000000000001}""", "/multipleOf", "significant digits")]
    [InlineData("""{"format":"postcode"}""", "/format", "must be one of date-time, time")]
    [InlineData("""{"$ref":"other.json"}""", "/$ref", "'$ref' must be '#'")]
    [InlineData("""{"$ref":"#/$defs/a/properties/b","$defs":{"a":{}}}""", "/$ref", "'$ref' must be '#'")]
    [InlineData("""{"items":{"$defs":{}}}""", "/items/$defs", "at the root only")]
    [InlineData("""{"items":{"$id":"x"}}""", "/items/$id", "at the root only")]
    [InlineData("""{"pattern":"(a)\\1"}""", "/pattern", "back-references")]
    [InlineData("""{"pattern":"\\p{Script=Greek}"}""", "/pattern", "general category")]
    [InlineData("""{"pattern":"(?i)a"}""", "/pattern", "unknown kind of group at character 0")]
    [InlineData("""{"required":["a"],"additionalProperties":false}""", "/required", "'required' names 'a', which 'properties' lacks")]
    [InlineData("""{"type":"string","type":"null"}""", "/type", "stands twice")]
    [InlineData("""{"enum":["\udc00"]}""", "/enum/0", "half of a surrogate pair")]
    [InlineData("""{"$defs":{"unused":{"allOf":[]}}}""", "/$defs/unused/allOf", "'allOf' is not")]
    public void Load_Fault_IsReportedWithItsPlace(string schema, string pointer, string message)
    {
        var issue = Assert.Single(Schemas.Issues(schema));
        Assert.Equal(pointer, issue.Pointer);
        Assert.Contains(message, issue.Message);
    }

    [Fact]
    public void Load_SeveralFaults_ReportsAll()
    {
        var issues = Schemas.Issues("""{"type":"objekt","properties":{"a":{"not":{}},"b":{"minLength":-1}},"required":[1],"$ref":"#/$defs/x"}""");
        Assert.Equal(["/type", "/required/0", "/properties/a/not", "/properties/b/minLength", "/$ref"], issues.Select(issue => issue.Pointer));
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"anyOf":[{"type":"null"},{"$ref":"#"}]}""")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"anyOf":[{"$ref":"#/$defs/a"}]}}}""")]
    public void Load_ReferenceBackToItself_IsRefused(string schema) =>
        Assert.Contains("without reaching into the value", Assert.Single(Schemas.Issues(schema)).Message);

    [Fact]
    public void Load_LongChainOfReferences_IsRefused()
    {
        var definitions = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"d{i}\":{{\"$ref\":\"#/$defs/d{i + 1}\"}}"));
        var schema = $"{{\"$ref\":\"#/$defs/d0\",\"$defs\":{{{definitions},\"d5000\":{{}}}}}}";
        Assert.Contains("without reaching into the value", Assert.Single(Schemas.Issues(schema)).Message);
    }

    [Theory]
    [InlineData(100, "schemas are nested deeper")]
    [InlineData(1_000, "nested deeper than 200 levels of JSON")]
    public void Load_DeepNesting_IsRefused(int levels, string message)
    {
        var schema = new StringBuilder().Insert(0, "{\"items\":", levels).Append("{}").Append('}', levels).ToString();
        Assert.Contains(message, Assert.Single(Schemas.Issues(schema)).Message);
    }

    [Fact]
    public void Load_TooManySchemas_IsRefused()
    {
        var schema = "{\"anyOf\":[" + string.Join(',', Enumerable.Repeat("{}", 20_000)) + "]}";
        Assert.Contains("more than 10000 schemas", Assert.Single(Schemas.Issues(schema)).Message);
    }

    [Fact]
    public void Load_Annotations_AreIgnored()
    {
        var schema = Schemas.Load("""
            {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"urn:x","$comment":"c","title":"t","description":"d",
             "default":1,"examples":["x"],"type":"string"}
            """);
        Assert.Empty(schema.Validate(Schemas.Json("\"x\"")));
    }

    [Fact]
    public void IsStrictCompatible_FullStrictSchema_IsTrue()
    {
        var schema = Schemas.Load("""
            {"type":"object","additionalProperties":false,"required":["kind","rows","next"],"properties":{
              "kind":{"type":"string","enum":["a","b"],"description":"d"},
              "rows":{"type":"array","minItems":1,"items":{"type":"number","minimum":0}},
              "next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}}}
            """);
        Assert.Empty(schema.StrictObstacles);
        Assert.True(schema.IsStrictCompatible);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""", "/properties/a")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""", "")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","maxLength":3}},"required":["a"],"additionalProperties":false}""", "/properties/a/maxLength")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array"}},"required":["a"],"additionalProperties":false}""", "/properties/a")]
    [InlineData("""{"type":"object","properties":{"a":{"description":"any"}},"required":["a"],"additionalProperties":false}""", "/properties/a")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#","title":"t"}},"required":["a"],"additionalProperties":false}""", "/properties/a/$ref")]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", "")]
    public void IsStrictCompatible_Obstacle_IsNamed(string schema, string pointer)
    {
        var loaded = Schemas.Load(schema);
        Assert.False(loaded.IsStrictCompatible);
        Assert.Equal(pointer, Assert.Single(loaded.StrictObstacles).Pointer);
    }
}
