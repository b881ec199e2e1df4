using System.Text.Json.Nodes;

namespace DurableRouter.Tests.Models.Simulated;

public sealed class SchemaFillerTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var role in new[] { "classify", "extract", "reason", "generate", "verify", "tool" })
            {
                foreach (var schema in Schemas)
                {
                    data.Add(role, schema);
                }
            }

            return data;
        }
    }

    static readonly string[] Schemas =
    [
        """{"type":"object","properties":{"zorp":{"type":"string","pattern":"^[A-Z]{3}$"},"frobs":{"type":"array","items":{"type":"integer","minimum":3},"minItems":2}},"required":["zorp","frobs"],"additionalProperties":false}""",
        """{"type":"object","properties":{"a":{"anyOf":[{"type":"object","properties":{"x":{"type":"boolean"}},"required":["x"],"additionalProperties":false},{"type":"null"}]},"b":{"const":"fixed"},"c":{"enum":["p","q",null]}},"required":["a","b","c"],"additionalProperties":false}""",
        """{"type":"object","properties":{"level":{"type":"integer","minimum":10,"maximum":20},"when":{"type":"string","format":"date"},"mail":{"type":"string","format":"email"}},"required":["level","when","mail"],"additionalProperties":false}""",
        """{"type":"array","items":{"type":"object","properties":{"quote":{"type":"string"},"value":{"type":["number","null"]}},"required":["quote","value"],"additionalProperties":false}}""",
        """{"type":"string"}""",
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task AnyRole_OnASchemaItHasNeverSeen_AnswersValidly(string role, string schema)
    {
        var demanded = JsonNode.Parse(schema)!.AsObject();
        var prompt = SimulatedCall.Prompt(role, "", ("text", InventedDocument.From(2).Text));

        var response = await SimulatedCall.Model().GetResponseAsync(prompt, SimulatedCall.Enforcing(demanded));

        Assert.Null(SchemaProbe.Problem(demanded, JsonNode.Parse(response.Text)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task PipelineSteps_AtAnySkillWithEnforcedSchema_AnswerValidly(int skill)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var facts = await SimulatedCall.ExtractAsync(InventedDocument.From(seed).Text, skill);
            var reasoned = await SimulatedCall.ReasonAsync(facts, skill);

            Assert.Null(SchemaProbe.Problem(PipelineFile.Output("extract"), facts));
            Assert.Null(SchemaProbe.Problem(PipelineFile.Output("reason"), reasoned));
        }
    }

    [Fact]
    public async Task Extract_OnAnInvoiceSchemaOfAnotherTeam_FillsItByMeaning()
    {
        const string Text = """
            INVOICE

            Seller: Quornby Metals Ltd
            Buyer: Ister Valves GmbH
            Invoice number: QM-88213
            Invoice date: 2 May 2026
            Due date: 1 June 2026

            Castings for pump housings      8     125.00     1,000.00
            Subtotal                                    EUR 1,000.00
            VAT 20%                                       EUR 200.00
            Total due                                   EUR 1,200.00
            """;
        var schema = JsonNode.Parse("""
            {"type":"object","additionalProperties":false,
             "required":["invoiceNumber","sellerName","buyer","issueDate","dueDate","currency","taxAmount","total","hasPenalties","deliveryDate","iban","notes"],
             "properties":{"invoiceNumber":{"type":"string"},"sellerName":{"type":"string"},
              "buyer":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false},
              "issueDate":{"type":"string","format":"date"},"dueDate":{"type":"string","format":"date"},"currency":{"type":"string"},
              "taxAmount":{"type":"number"},"total":{"type":"object","properties":{"value":{"type":"number"},"currency":{"type":"string"}},"required":["value","currency"],"additionalProperties":false},
              "hasPenalties":{"type":"boolean"},"deliveryDate":{"type":["string","null"]},"iban":{"type":"string"},"notes":{"type":"string"}}}
            """)!.AsObject();

        var answer = await SimulatedCall.AskAsync(SimulatedCall.Model(), SimulatedCall.Prompt("extract", "", ("text", Text)), schema);

        Assert.Equal("QM-88213", answer["invoiceNumber"]!.GetValue<string>());
        Assert.Equal("Quornby Metals Ltd", answer["sellerName"]!.GetValue<string>());
        Assert.Equal("Ister Valves GmbH", answer["buyer"]!["name"]!.GetValue<string>());
        Assert.Equal("2026-05-02", answer["issueDate"]!.GetValue<string>());
        Assert.Equal("2026-06-01", answer["dueDate"]!.GetValue<string>());
        Assert.Equal("EUR", answer["currency"]!.GetValue<string>());
        Assert.Equal(200m, answer["taxAmount"]!.GetValue<decimal>());
        Assert.Equal(1200m, answer["total"]!["value"]!.GetValue<decimal>());
        Assert.Null(answer["deliveryDate"]);
        Assert.Equal("", answer["iban"]!.GetValue<string>());
        Assert.Contains("iban", answer["notes"]!.GetValue<string>());
    }
}
