using DurableRouter.Engine.Storage;
using DurableRouter.Tests.Approvals;
using Microsoft.Data.Sqlite;

namespace DurableRouter.Tests.Faults;

/// <summary>Fault 10: another program keeps the database locked for more than five seconds.</summary>
public sealed class Fault10Tests
{
    const string Start = """{"input":{"text":"A letter."}}""";

    [Fact]
    public async Task Fault10_DatabaseLockedByAnotherProgram_RefusesStarts_AcceptedRunsGoOnAfterwards()
    {
        await using var server = await ApprovalServer.StartAsync();
        var (runId, approval) = await server.WaitAsync();
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(server.Data, Database.FileName)};Pooling=false"))
        {
            await other.OpenAsync();
            Execute(other, "BEGIN IMMEDIATE");

            var refused = (await server.PostAsync("/api/pipelines/held/runs", Start, ApprovalServer.Cleo)).IsProblem(503, "storage_busy");
            Assert.Equal("5", refused.Header("Retry-After"));
            (await server.DecideAsync(approval.GetProperty("id").GetString()!, "approved", ApprovalServer.Ada)).IsProblem(503, "storage_busy");

            Assert.Equal(202, (await server.GetAsync($"/api/runs/{runId}", ApprovalServer.Root)).Status); // reading goes on
            Execute(other, "ROLLBACK");
        }

        Assert.Equal("pending", await server.StatusAsync(approval.GetProperty("id").GetString()!));
        Assert.Equal(200, (await server.DecideAsync(approval.GetProperty("id").GetString()!, "approved", ApprovalServer.Ada)).Status);
        Assert.Equal("Completed", await server.EndAsync(runId));
        Assert.Single((await server.GetAsync("/api/runs", ApprovalServer.Root)).Json.GetProperty("value").EnumerateArray());
        Assert.Equal(202, (await server.PostAsync("/api/pipelines/held/runs", Start, ApprovalServer.Cleo)).Status);
    }

    static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
