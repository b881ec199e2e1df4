using System.Text.Json;
using DurableRouter.Core.Checks;
using DurableRouter.Http.Access;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 19: the policy checkpoint, by the caller's role, and checks of a program's own.</summary>
public sealed class Row19PolicyTests
{
    [Theory]
    [InlineData("mustSay: [This is no legal advice.]", "must say \"This is no legal advice.\"")]
    [InlineData("mustMatch: [\"REF-[0-9]+\"], of: payer", "/payer: nothing matches REF-[0-9]+")]
    [InlineData("mustNotMatch: [\"(?:never|always)\"]", "/items/0/fact: must not match (?:never|always)")]
    public async Task Rule_ThatIsBroken_IsNamedAndRepaired(string rule, string told)
    {
        var faulty = CheckedWork.Facts.Replace("\"fact\":\"payment\"", "\"fact\":\"they nev\u200Ber pay\"", StringComparison.Ordinal);
        var kept = CheckedWork.Facts.Replace("\"fact\":\"payment\"", "\"fact\":\"This is no\\nlegal advice.\"", StringComparison.Ordinal).Replace("Acme Ltd", "Acme REF-7", StringComparison.Ordinal);
        await using var endpoint = await CheckedWork.EndpointAsync(faulty, kept);
        await using var host = await SystemHost.StartAsync(CheckedWork.Files(endpoint.Address, $"[schema, policy: {{ name: house, {rule} }}]"));

        var run = await host.RunAsync("work", new { text = CheckedWork.Text });

        Assert.Equal("Completed", run.Status);
        Assert.Equal(["swift-1", "swift-1"], run.Models("work"));
        Assert.EndsWith(told, CheckedWork.NamedEverywhere(run, "work", "policy/house"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clerk", 2)]
    [InlineData("chief", 1)]
    public async Task Rule_BindsByTheRoleOfTheKeyThatStartedTheRun(string caller, int attempts)
    {
        await using var endpoint = await CheckedWork.EndpointAsync(CheckedWork.Facts.Replace("\"fact\":\"payment\"", "\"fact\":\"ask jo@example.org\"", StringComparison.Ordinal));
        await using var host = await SystemHost.StartAsync([new("clerk", ApiKey.HashOf("clerk"), ApiRole.Runner), new("chief", ApiKey.HashOf("chief"), ApiRole.Runner | ApiRole.Operator)],
            OutputChecks.None, CheckedWork.Files(endpoint.Address, "[schema, policy: { personalData: [email], exceptFor: [operator, admin] }]"));
        host.Key = caller;

        var run = await host.RunAsync("work", new { text = CheckedWork.Text });

        Assert.Equal(attempts, run.Attempts("work").Count);
        Assert.All(endpoint.Calls, c => Assert.DoesNotContain("operator", c.Request.GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task OwnCheck_IsNamedLikeTheOthers_AndSeesTheCallersRolesAndItsOptions()
    {
        await using var endpoint = await CheckedWork.EndpointAsync(CheckedWork.Facts.Replace("payment", "THEY MUST PAY", StringComparison.Ordinal));
        await using var host = await SystemHost.StartAsync([], new OutputChecks([new NoShouting()]), CheckedWork.Files(endpoint.Address, "[schema, no-shouting: 2]"));

        var run = await host.RunAsync("work", new { text = CheckedWork.Text });

        Assert.Equal(["swift-1", "swift-1"], run.Models("work"));
        Assert.Equal("/items/0/fact: viewer, admin, no more than 2 words in capitals", CheckedWork.NamedEverywhere(run, "work", "no-shouting"));
    }

    [Fact]
    public void OwnCheck_WithOptionsThatItDoesNotTake_OrUnknown_DoesNotLoad()
    {
        var files = CheckedWork.Files(new Uri("http://127.0.0.1:1/v1"), "[no-shouting: many]");

        Assert.Contains("give a number", Assert.Single(SystemHost.Load(new OutputChecks([new NoShouting()]), files).Problems).ToString(), StringComparison.Ordinal);
        Assert.Contains("'no-shouting' is unknown", Assert.Single(SystemHost.Load(files).Problems).ToString(), StringComparison.Ordinal);
    }

    sealed class NoShouting : IOutputCheck
    {
        public string Name => "no-shouting";

        public string? OptionsProblem(JsonElement? options) => options is { ValueKind: JsonValueKind.Number } ? null : "give a number";

        public IEnumerable<string> Problems(CheckedOutput output)
        {
            var loud = output.Answer.GetProperty("items")[0].GetProperty("fact").GetString()!.Split(' ').Count(w => w.All(char.IsUpper));
            return loud > output.Options!.Value.GetInt32() ? [$"/items/0/fact: {string.Join(", ", output.CallerRoles)}, no more than {output.Options} words in capitals"] : [];
        }
    }
}
