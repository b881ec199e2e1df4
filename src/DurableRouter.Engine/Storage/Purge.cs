namespace DurableRouter.Engine.Storage;

/// <summary>Removes a finished run's history and the values that no other run has; leaves its row as a tombstone and its ledger whole.</summary>
static class Purge
{
    public static bool Apply(WriteSession session, long run, DateTimeOffset at)
    {
        var first = WriteSession.HistoryKey(run, 0);
        Run("DELETE FROM history WHERE key BETWEEN ? AND ?", s => s.Add(first).Add(first + WriteSession.MaxPerRun - 1));
        Run("""
            DELETE FROM content WHERE sha256 IN (SELECT sha256 FROM content_owners WHERE run_no = ?)
              AND NOT EXISTS (SELECT 1 FROM content_owners o WHERE o.sha256 = content.sha256 AND o.run_no <> ?)
            """, s => s.Add(run).Add(run));
        Run("DELETE FROM content_owners WHERE run_no = ?", s => s.Add(run));
        Run("DELETE FROM run_tags WHERE run_no = ?", s => s.Add(run));
        Run("UPDATE runs SET purged_at = ?, input = NULL, output = NULL, error = NULL, progress = NULL, tags = NULL WHERE no = ?",
            s => s.Add(at.ToUnixTimeMilliseconds()).Add(run));
        return true;

        void Run(string sql, Action<Statement> bind)
        {
            using var statement = new Statement(session.Handle, sql);
            bind(statement);
            statement.Run();
        }
    }
}
