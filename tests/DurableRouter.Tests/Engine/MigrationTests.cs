using DurableRouter.Core.Approvals;
using DurableRouter.Core.Notifications;
using DurableRouter.Engine;
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
