using System.Text.Json;
using DurableRouter.Http.Bodies;

namespace DurableRouter.Http.Approvals;

/// <summary>The body of a request for a one-time link: whom it is for.</summary>
static class LinkRequest
{
    /// <exception cref="Problems.RefusedException">Code request_invalid.</exception>
    public static string Read(JsonElement body)
    {
        var faults = new MemberFaults();
        string? subject = null;
        foreach (var member in faults.Members(body, ""))
        {
            if (member.Name == "subject")
            {
                subject = faults.Name(member.Value, "/subject");
            }
            else
            {
                faults.Unknown("", member.Name);
            }
        }

        if (subject is null && !faults.Any)
        {
            faults.Add("/subject", "must be the name of the person that the link is for");
        }

        faults.ThrowIfAny();
        return subject!;
    }
}
