using DurableRouter.Core.Ledger;
using DurableRouter.Core.Activities;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Models;

/// <summary>Usage as gateways write it, up to the bill. Prices of the model under test: input 1, cached input 0.50, output 2.</summary>
public class UsageFormTests
{
    [Theory]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":20,"total_tokens":420,"prompt_tokens_details":{"cached_tokens":40},"completion_tokens_details":{"reasoning_tokens":300}}""", 0.00072)]
    [InlineData("""{"prompt_tokens":100.0,"completion_tokens":"20","total_tokens":"120.0"}""", 0.00014)]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":20,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":80},"cost":0.00032}""", 0.00032)]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":20,"prompt_tokens_details":{"cache_write_tokens":80}}""", 0.00016)]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":20,"cache_creation_input_tokens":80,"cache_creation":{"ephemeral_1h_input_tokens":80}}""", 0.00022)]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":20,"cost":{"total_cost":0.005}}""", 0.005)]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":20,"cost_in_usd_ticks":37756000}""", 0.0037756)]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":20,"estimated_cost":1e-9}""", 0.00014)]
    [InlineData("""{"input_tokens":100,"output_tokens":20,"cache_read_input_tokens":50}""", 0.000115)]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":20,"prompt_cache_hit_tokens":50}""", 0.000115)]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":20,"cost":-1}""", 0.00014)]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":20,"cost":"a lot"}""", 0.00014)]
    public async Task Usage_InAnyForm_IsBilled(string usage, double expectedUsd)
    {
        var bill = await BillAsync(usage);

        Assert.Equal((UsageSource.Provider, (decimal)expectedUsd), (bill.Source, bill.CostUsd));
    }

    [Theory]
    [InlineData("""{"prompt_tokens":100.5,"completion_tokens":20}""", UsageSource.Estimated)]
    [InlineData("""{"prompt_tokens":"many","completion_tokens":20}""", UsageSource.Estimated)]
    [InlineData("null", UsageSource.Estimated)]
    [InlineData("{}", UsageSource.Estimated)]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":20,"prompt_tokens_details":{"cache_write_tokens":800}}""", UsageSource.UpperBound)]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":20,"total_tokens":12}""", UsageSource.UpperBound)]
    public async Task Usage_ThatCantBeBilled_CostsTheUpperBound(string usage, UsageSource source)
    {
        var bill = await BillAsync(usage);

        Assert.Equal((source, 1m, true), (bill.Source, bill.CostUsd, bill.Suspect));
        Assert.True(source == UsageSource.UpperBound || bill.Usage.Total > 0);
    }

    static async Task<Bill> BillAsync(string usage)
    {
        var body = FakeReply.Completion("Fine.").Replace($"\"usage\":{new FakeUsage()}", "\"usage\":" + usage);
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(body), stream: false);
        var answer = await model.AskAsync();
        return Bill.Of(new ModelReply(answer.Text, null, answer.Usage, answer.ModelId, 1), 1000, 200, model.Catalog.Models[0].Price, 1m);
    }
}
