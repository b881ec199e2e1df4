namespace DurableRouter.Core.Notifications;

/// <summary>Who is told of approvals.</summary>
/// <param name="Name">Stands in the outbox: renaming it loses what is on its way.</param>
/// <param name="SecretsEnv">Names of environment variables that hold <c>whsec_</c> secrets; every one signs, so that a secret can be changed.</param>
/// <param name="Groups">Of which groups' approvals; empty: of all.</param>
/// <param name="Approvers">For each of these persons the message holds a one-time link.</param>
/// <param name="Private">Addresses of the own network are allowed, and http too.</param>
public sealed record WebhookReceiver(string Name, Uri Url, IReadOnlyList<string> SecretsEnv, IReadOnlyList<string> Groups,
    IReadOnlyList<string> Approvers, bool Private)
{
    public bool Hears(string group) => Groups.Count == 0 || Groups.Contains(group);
}
