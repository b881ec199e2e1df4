using System.Text.Json;

namespace DurableRouter.Core.Compilation;

/// <summary>The answers of the kinds whose schema is ours.</summary>
public static class BuiltInSchemas
{
    /// <summary><c>{category, complexity, risk[], confidence}</c>; the category is one of the labels.</summary>
    /// <param name="riskTags">What <c>risk</c> may hold; null or empty: any text.</param>
    public static JsonElement Classify(IReadOnlyList<string> labels, IReadOnlyList<string>? riskTags = null) => Parse($$$"""
        {"type":"object",
         "properties":{
          "category":{"type":"string","enum":[{{{Quoted(labels)}}}]},
          "complexity":{"type":"integer","minimum":1,"maximum":5},
          "risk":{"type":"array","items":{"type":"string"{{{(riskTags is { Count: > 0 } ? $",\"enum\":[{Quoted(riskTags)}]" : "")}}}}},
          "confidence":{"type":"number","minimum":0,"maximum":1}
         },
         "required":["category","complexity","risk","confidence"],
         "additionalProperties":false}
        """);

    /// <summary><c>{score, issues[]}</c>, the score from 0 to 1.</summary>
    public static readonly JsonElement Judge = Parse("""
        {"type":"object",
         "properties":{
          "score":{"type":"number","minimum":0,"maximum":1},
          "issues":{"type":"array","items":{"type":"string"}}},
         "required":["score","issues"],
         "additionalProperties":false}
        """);

    /// <summary><c>{category}</c>, of a step that asks for the label alone.</summary>
    public static JsonElement Label(IReadOnlyList<string> labels) => Parse($$$"""
        {"type":"object",
         "properties":{"category":{"type":"string","enum":[{{{Quoted(labels)}}}]}},
         "required":["category"],
         "additionalProperties":false}
        """);

    /// <summary><c>{verdict, issues[{claim, problem}], confidence}</c>.</summary>
    public static readonly JsonElement Verify = Parse("""
        {"type":"object",
         "properties":{
          "verdict":{"type":"string","enum":["pass","fail"]},
          "issues":{"type":"array","items":{"type":"object",
           "properties":{"claim":{"type":"string"},"problem":{"type":"string"}},
           "required":["claim","problem"],"additionalProperties":false}},
          "confidence":{"type":"number","minimum":0,"maximum":1}},
         "required":["verdict","issues","confidence"],
         "additionalProperties":false}
        """);

    static string Quoted(IReadOnlyList<string> words) => string.Join(',', words.Select(word => $"\"{JsonEncodedText.Encode(word)}\""));

    static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
