using System.IO.Compression;
using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Workflow;
using DurableRouter.Engine;
using DurableRouter.Engine.Runs;
using DurableRouter.Local;
using Microsoft.Data.Sqlite;

namespace DurableRouter.Tests.Engine;

public class MigrationTests
{
    [Fact]
    public async Task DatabaseOfTheFirstSchema_IsBackedUpMovedForwardAndUsed()
    {
        var folder = Directory.CreateTempSubdirectory("durable-router-migration-");
        try
        {
            CreateFirst(Path.Combine(folder.FullName, "durable-router.db"));

            await using (var engine = new EmbeddedEngine(new EngineOptions { DataFolder = folder.FullName }, [], []))
            {
                var old = await engine.Approvals.GetAsync("apr-old", CancellationToken.None);
                Assert.Equal((ApprovalStatus.Pending, 0), (old!.Status, old.Votes.Count));
                Assert.Equal(["reviewers"], old.Groups);
                await engine.Outbox.AddAsync(Delivery.Create(DeliveryKinds.ApprovalRequested, "apr-old", "chat", DeliveryState.Due,
                    DateTimeOffset.UnixEpoch), CancellationToken.None);
                Assert.Single(await engine.Outbox.DueAsync(DateTimeOffset.UnixEpoch, 10, CancellationToken.None));
            }

            var backup = Assert.Single(folder.GetFiles("*.v1.*.bak"));
            Assert.Equal(1L, Scalar(backup.FullName, "PRAGMA user_version"));
            Assert.Equal(1L, Scalar(backup.FullName, "SELECT count(*) FROM approvals"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A run that waits for a person, its history and its ledger, as a program with the third schema left them.</summary>
    [Fact]
    public async Task DatabaseOfTheThirdSchema_KeepsRunHistoryAndLedger_AndTheRunGoesOn()
    {
        const string runId = "run-01a20014-33bc-71d0-9e0e-d480d67133c6";
        var folder = Directory.CreateTempSubdirectory("durable-router-migration-");
        try
        {
            await UnpackAsync("schema-3.db.gz", Path.Combine(folder.FullName, "durable-router.db"));

            await using (var host = HostComposition.Create(Path.Combine(Repository.Root, "config"), new EngineOptions { DataFolder = folder.FullName }))
            {
                var attempts = await host.Engine.Ledger.AttemptsAsync(runId, CancellationToken.None);
                Assert.Equal([("classify", 0.0001068m), ("extract", 0.0021303m), ("reason", 0.051033m)], attempts.Select(a => (a.Step, a.CostUsd)));
                var history = await host.Engine.HistoryAsync(runId, 0, CancellationToken.None);
                Assert.Equal(Enumerable.Range(1, history.Count).Select(i => (long)i), history.Select(e => e.Sequence));
                Assert.Null(Replayed(host, runId, (await host.Engine.GetAsync(runId, CancellationToken.None))!));

                await host.Engine.StartAsync();
                var run = (await host.Engine.WaitAsync(runId, TimeSpan.FromMinutes(1), CancellationToken.None))!;

                // Its approval expires a day after the file was made.
                Assert.True(run is { Status: RuntimeStatus.Running, Progress.WaitingFor: "approval apr-f2d6417f7379dceb418b84553306d919" }
                    || run.Output?.GetProperty("outcome").GetString() == "expired", run.ToString());
            }

            Assert.Equal(3L, Scalar(Assert.Single(folder.GetFiles("*.v3.*.bak")).FullName, "SELECT count(*) FROM attempts"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static Divergence? Replayed(HostComposition host, string runId, RunSnapshot run)
    {
        var input = JsonSerializer.Deserialize(run.InputJson.Span, CoreJson.Default.RunInput)!;
        var instance = new WorkflowInstance(runId, 2, new RouterWorkflow(host.Cache), input);
        return new Replay(instance, sha256 => host.Engine.Content.GetAsync(sha256, CancellationToken.None).AsTask().Result)
            .Run([.. host.Engine.StoredTurns(runId).Select(TurnCodec.Read)]);
    }

    static async Task UnpackAsync(string golden, string path)
    {
        await using var packed = new GZipStream(File.OpenRead(Path.Combine(Repository.Root, "tests", "golden", "databases", golden)), CompressionMode.Decompress);
        await using var file = File.Create(path);
        await packed.CopyToAsync(file);
    }

    /// <summary>A file as the first schema's program left it, with a record as that program wrote it.</summary>
    static void CreateFirst(string path)
    {
        using var schema = new StreamReader(typeof(EmbeddedEngine).Assembly.GetManifestResourceStream("DurableRouter.Engine.Schema.001.sql")!);
        using var connection = Open(path);
        foreach (var sql in (string[])[schema.ReadToEnd(), "PRAGMA user_version = 1", """
            INSERT INTO approvals (id, run_id, status, expires_at, record) VALUES ('apr-old', 'run-old', 'pending', 0,
              '{"id":"apr-old","runId":"run-old","pipeline":"document","step":"reason","revision":0,"kind":"output","group":"reviewers",
                "digest":"d","facts":{"action":"Use it.","reasons":[],"simulated":false,"costUsd":0},"requestedAt":"2026-11-01T00:00:00+00:00",
                "expiresAt":"2026-11-02T00:00:00+00:00","onTimeout":"deny","status":"pending"}')
            """])
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    static object? Scalar(string path, string sql)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
