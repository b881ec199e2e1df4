using System.Text.Json.Nodes;

namespace DurableRouter.Simulation.Answering;

/// <summary>What a role answers when the prompt demands no shape.</summary>
static class DefaultSchemas
{
    public static JsonObject? For(string role) => role switch
    {
        "classify" => Parse("""
            {"type":"object","additionalProperties":false,"required":["category","complexity","risk","confidence"],"properties":{
            "category":{"type":"string"},"complexity":{"type":"integer","minimum":1,"maximum":5},
            "risk":{"type":"array","items":{"type":"string"}},"confidence":{"type":"number","minimum":0,"maximum":1}}}
            """),
        "extract" => Parse("""
            {"type":"object","additionalProperties":false,"required":["title","parties","people","dates","amounts","obligations","confidence"],"properties":{
            "title":{"type":"string"},"parties":{"type":"array","items":{"type":"string"}},"people":{"type":"array","items":{"type":"string"}},
            "dates":{"type":"array","items":{"type":"string"}},
            "amounts":{"type":"array","items":{"type":"object","required":["value","currency"],"additionalProperties":false,
            "properties":{"value":{"type":"number"},"currency":{"type":"string"}}}},
            "obligations":{"type":"array","items":{"type":"string"}},"confidence":{"type":"number"}}}
            """),
        "reason" => Parse("""
            {"type":"object","additionalProperties":false,"required":["summary","obligations","risks","confidence"],"properties":{
            "summary":{"type":"string"},"obligations":{"type":"array","items":{"type":"string"}},
            "risks":{"type":"array","items":{"type":"string"}},"confidence":{"type":"number"}}}
            """),
        "verify" => Parse("""
            {"type":"object","additionalProperties":false,"required":["verdict","issues","confidence"],"properties":{
            "verdict":{"type":"string","enum":["pass","fail"]},
            "issues":{"type":"array","items":{"type":"object","required":["claim","problem"],"additionalProperties":false,
            "properties":{"claim":{"type":"string"},"problem":{"type":"string"}}}},
            "confidence":{"type":"number","minimum":0,"maximum":1}}}
            """),
        _ => null,
    };

    static JsonObject Parse(string schema) => JsonNode.Parse(schema)!.AsObject();
}
