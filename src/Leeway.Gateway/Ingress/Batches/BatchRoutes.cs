using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary><c>/v1/batches</c>: create, show, list, cancel.</summary>
internal sealed class BatchRoutes(
    BatchDesk desk, BatchTerms terms, IClientBatchStore batches, IFileStore files, IDeliveryStore deliveries, NamedMail mails, IdSource ids, TimeProvider clock)
{
    private const int MaxPage = 100;
    private const string PartialHeader = "Leeway-Partial";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/batches", CreateAsync);
        routes.MapGet("/v1/batches", ListAsync);
        routes.MapGet("/v1/batches/{id}", (HttpContext context, string id) => WithBatchAsync(context, id, batch => ShowAsync(context, batch)));
        routes.MapPost("/v1/batches/{id}/cancel", (HttpContext context, string id) => WithBatchAsync(context, id, batch => CancelAsync(context, batch)));
    }

    private async Task CreateAsync(HttpContext context)
    {
        Principal caller = Principal.Of(context);
        (BatchBody? body, Problem? problem) = await BatchBody.ReadAsync(context);
        if (body is null)
        {
            await ProblemWriter.WriteAsync(context, problem!);
            return;
        }

        string partial = context.Request.Headers[PartialHeader].ToString();
        (ClientBatchTerms? said, DateTimeOffset createdAt, Problem? badTerms) = terms.Read(context, body.Endpoint, body.Window, caller);
        (WebhookId? webhook, Problem? badWebhook) = await WaitingHeaders.FindWebhookAsync(context.Request.Headers, caller.Team, deliveries, context.RequestAborted);
        (MailId? mail, Problem? badMail) = await mails.FindAsync(context.Request.Headers, caller, context.RequestAborted);
        StoredFile? file = await files.FindAsync(body.InputFile, caller.Team, clock.GetUtcNow(), context.RequestAborted);
        problem = partial is "" or "accept" ? null : BatchProblems.BadPartial(partial);
        problem ??= badTerms ?? badWebhook ?? badMail ?? (file is null ? BatchProblems.NoInput(body.InputFile.ToString())
            : file.Purpose != FilePurposes.Batch ? BatchProblems.WrongPurpose(file)
            : null);
        if (problem is not null)
        {
            await ProblemWriter.WriteAsync(context, problem);
            return;
        }

        var batch = new ClientBatch
        {
            Id = new ClientBatchId(ids.Next()),
            Dialect = Dialect.OpenAI,
            State = ClientBatchState.Validating,
            Team = caller.Team,
            Caller = caller.Label,
            Endpoint = body.Endpoint,
            InputFile = body.InputFile,
            Terms = said!,
            MetadataJson = body.MetadataJson,
            AcceptsPartly = partial == "accept",
            OutputLifetime = body.OutputLifetime,
            Webhook = webhook,
            Mail = mail,
            CreatedAt = createdAt,
            OutputFile = new FileId(ids.Next()),
            ErrorFile = new FileId(ids.Next()),
        };
        if (await desk.CreateAsync(batch, context.RequestAborted))
        {
            await context.Response.WriteJsonAsync(json => BatchObject.Write(json, new BatchView(batch, default, [])));
        }
        else
        {
            await ProblemWriter.WriteAsync(context, BatchProblems.NoInput(body.InputFile.ToString()));
        }
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = new Query(context.Request.Query, "after", "limit");
        int limit = query.Limit(max: MaxPage);
        ClientBatchId? after = query.Id("after", static (ReadOnlySpan<char> text, out ClientBatchId id) => ClientBatchId.TryParse(Dialect.OpenAI, text, out id), "batch_…");
        IReadOnlyList<ClientBatch> page = await batches.ListAsync(Dialect.OpenAI, Principal.Of(context).Team, after, null, limit + 1, context.RequestAborted);
        IReadOnlyList<BatchView> shown = await desk.ViewAsync(page.Take(limit), context.RequestAborted);
        await context.Response.WriteListAsync(shown, page.Count > limit, BatchObject.Write, json =>
        {
            json.WriteString("first_id", shown is [var first, ..] ? first.Batch.PrintedId : null);
            json.WriteString("last_id", shown is [.., var last] ? last.Batch.PrintedId : null);
        });
    }

    private async Task ShowAsync(HttpContext context, ClientBatch batch)
    {
        BatchView view = await desk.ViewAsync(batch, context.RequestAborted);
        await context.Response.WriteJsonAsync(json => BatchObject.Write(json, view));
    }

    private async Task CancelAsync(HttpContext context, ClientBatch batch)
    {
        ClientBatch now = await desk.CancelAsync(batch, context.RequestAborted);
        if (now.State.IsEnded())
        {
            await ProblemWriter.WriteAsync(context, BatchProblems.Ended(now.PrintedId, Json.Name(now.State)));
            return;
        }

        await ShowAsync(context, now);
    }

    private async Task WithBatchAsync(HttpContext context, string text, Func<ClientBatch, Task> use)
    {
        ClientBatch? batch = ClientBatchId.TryParse(Dialect.OpenAI, text, out ClientBatchId id)
            ? await batches.FindAsync(id, Dialect.OpenAI, Principal.Of(context).Team, context.RequestAborted)
            : null;
        await (batch is null ? ProblemWriter.WriteAsync(context, NotFound.Of("batch", text)) : use(batch));
    }
}
