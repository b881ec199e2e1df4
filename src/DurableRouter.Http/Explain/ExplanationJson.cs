using System.Text.Json;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Reports;
using DurableRouter.Http.Ledger;

namespace DurableRouter.Http.Explain;

/// <summary>Writes an explanation; the command line's <c>explain --json</c> prints the same.</summary>
public static class ExplanationJson
{
    public static void Write(Utf8JsonWriter json, RunExplanation explanation)
    {
        json.WriteStartObject();
        json.WriteString("id", explanation.RunId);
        json.WriteString("pipeline", explanation.Pipeline);
        json.WriteStartArray("steps");
        foreach (var step in explanation.Steps)
        {
            WriteStep(json, step, explanation.BudgetUsd);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteStep(Utf8JsonWriter json, StepExplanation step, decimal? budgetUsd)
    {
        json.WriteStartObject();
        json.WriteString("step", step.Step);
        json.WriteNumber("revision", step.Revision);
        json.WriteString("decidedTime", step.DecidedAt.UtcDateTime);
        json.WriteString("rule", step.Route.Rule);
        json.WriteStartArray("candidates");
        foreach (var candidate in step.Route.Candidates)
        {
            json.WriteStartObject();
            json.WriteString("model", candidate.Model);
            json.WriteString("reason", candidate.Reason);
            json.WriteBoolean("degraded", candidate.Degraded);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("rejected");
        foreach (var rejection in step.Route.Rejected)
        {
            json.WriteStartObject();
            json.WriteString("model", rejection.Model);
            json.WriteString("reason", rejection.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("budget");
        json.WriteNumber("spentUsd", step.SpentUsd);
        if (budgetUsd is { } budget)
        {
            json.WriteNumber("capUsd", budget);
        }
        else
        {
            json.WriteNull("capUsd");
        }

        json.WriteEndObject();
        json.WriteStartArray("attempts");
        foreach (var attempt in step.Attempts)
        {
            WriteAttempt(json, attempt);
        }

        json.WriteEndArray();
        if (step.Person is { } person)
        {
            json.WriteStartObject("person");
            json.WriteString("approval", person.Approval);
            json.WriteString("group", person.Group);
            json.WriteString("answeredBy", person.AnsweredBy);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    static void WriteAttempt(Utf8JsonWriter json, ExplainedAttempt attempt)
    {
        json.WriteStartObject();
        json.WriteNumber("attempt", attempt.Input.Ordinal);
        json.WriteString("model", attempt.Input.Model);
        json.WriteString("outcome", attempt.Outcome);
        json.WriteNumber("upperBoundUsd", attempt.Input.UpperBoundUsd);
        if (attempt.Input.DegradedReason is { } degraded)
        {
            json.WriteString("degradedReason", degraded);
        }

        if (attempt.Input.Misroute is { } misroute)
        {
            json.WriteString("misroute", misroute);
        }

        if (attempt.Result is { } result)
        {
            WriteResult(json, result);
        }

        json.WriteEndObject();
    }

    static void WriteResult(Utf8JsonWriter json, AttemptResult result)
    {
        if (result.Failure is { } failure)
        {
            json.WriteString("failureCode", failure.Code);
            json.WriteString("message", failure.Message);
        }

        if (result.Health is { } health)
        {
            json.WriteString("health", health);
        }

        if (result.HeldUntil is { } held)
        {
            json.WriteString("heldUntil", held.UtcDateTime);
        }

        json.WriteNumber("costUsd", result.CostUsd);
        json.WriteNumber("latencyMs", result.LatencyMs);
        CheckJson.WriteList(json, result.Checks);
    }
}
