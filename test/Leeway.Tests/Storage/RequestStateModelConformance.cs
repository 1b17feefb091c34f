using CsCheck;

namespace Leeway.Tests.Storage;

/// <summary>Random steps on a handful of requests, compared after each with a model in a dictionary.</summary>
public abstract class RequestStateModelConformance : StoreConformance
{
    private const int Requests = 5;

    private static readonly RequestState[] Ends = [RequestState.Succeeded, RequestState.Failed, RequestState.Expired, RequestState.Cancelled];

    private static readonly Gen<Step> GenStep = Gen.Select(
        Gen.Enum<StepKind>(), Gen.Int[0, Requests - 1].List[1, 3], Gen.Int[0, 3], Gen.Bool,
        static (kind, requests, pick, paid) => new Step(kind, requests, pick, paid));

    private enum StepKind
    {
        Start,
        Seal,
        SubmitLastBatch,
        Requeue,
        Finish,
        FinishAgain,
    }

    [Fact]
    public async Task Any_sequence_of_steps_leaves_what_the_model_says() =>
        await GenStep.List[1, 40].SampleAsync(async steps => await PlayAsync(steps), iter: 60, threads: 1);

    private async Task PlayAsync(List<Step> steps)
    {
        var model = new List<Model>();
        for (int i = 0; i < Requests; i++)
        {
            model.Add(new Model(await AddAsync()));
        }

        BatchRecord? last = null;
        foreach (Step step in steps)
        {
            Model first = model[step.Requests[0]];
            switch (step.Kind)
            {
                case StepKind.Start:
                    int? number = await StartAsync(first.Id);
                    Assert.Equal(first.Start(), number);
                    break;
                case StepKind.Seal:
                    Model[] members = [.. step.Requests.Select(i => model[i])];
                    BatchRecord batch = NewBatch();
                    IReadOnlyList<RequestId> taken = await Stores.Batches.SealAsync(batch, [.. members.Select(member => member.Id)], Token);
                    Assert.Equal(members.Where(member => member.Seal(batch.Id)).Select(member => member.Id), taken);
                    last = taken.Count > 0 ? await Stores.Batches.FindAsync(batch.Id, Token) : last;
                    break;
                case StepKind.SubmitLastBatch when last is { State: BatchState.Sealed }:
                    last = await MoveAsync(await MoveAsync(last, BatchState.Submitting), BatchState.Submitted);
                    model.ForEach(request => request.Submit(last.Id));
                    break;
                case StepKind.Requeue:
                    Model[] given = [.. step.Requests.Select(i => model[i])];
                    IReadOnlyList<RequestId> moved = await Stores.Requests.RequeueAsync([.. given.Select(request => request.Id)], "given_back", T0, Token);
                    Assert.Equal(given.Where(request => request.Requeue()).Select(request => request.Id), moved);
                    break;
                case StepKind.Finish:
                    await FinishAsync(first, Ends[step.Pick], first.Outcomes.Count, step.Paid);
                    break;
                case StepKind.FinishAgain:
                    await FinishAsync(first, Ends[step.Pick], Math.Min(1, first.Outcomes.Count), step.Paid);
                    break;
            }

            await CompareAsync(model);
        }
    }

    private async Task FinishAsync(Model request, RequestState to, int attempt, bool paid)
    {
        LedgerEntry? entry = paid && attempt > 0 ? Entry(request.Id, attempt) : null;
        FinishOutcome outcome = await FinishAsync(End(request.Id, to, attempt, entry));
        Assert.Equal(request.Finish(to, attempt, paid), outcome);
    }

    private async Task CompareAsync(List<Model> model)
    {
        foreach (Model expected in model)
        {
            RequestRecord found = await FindAsync(expected.Id);
            Assert.Equal((expected.State, expected.Rescued), (found.Request.State, found.Rescued));
            Assert.Equal(expected.State.IsEnded() ? null : expected.Batch, found.Request.Batch);
            Assert.Equal(expected.Outcomes, found.Attempts.Select(attempt => attempt.Outcome));
            Assert.Equal(expected.Entries.Select(pair => (pair.Key, pair.Value)), found.Entries.Select(entry => (entry.Attempt, entry.Duplicate)));
            Assert.Equal(expected.State.IsEnded(), found.Result is not null);
        }
    }

    private sealed record Step(StepKind Kind, List<int> Requests, int Pick, bool Paid);

    private sealed class Model(RequestId id)
    {
        public RequestId Id => id;

        public RequestState State { get; private set; } = RequestState.Queued;

        public bool Rescued { get; private set; }

        public BatchId? Batch { get; private set; }

        public List<string?> Outcomes { get; } = [];

        public SortedDictionary<int, bool> Entries { get; } = [];

        public int? Start()
        {
            if (State > RequestState.Submitted)
            {
                return null;
            }

            Rescued |= State != RequestState.Queued;
            State = RequestState.Running;
            Outcomes.Add(null);
            return Outcomes.Count;
        }

        public bool Seal(BatchId batch)
        {
            if (State != RequestState.Queued)
            {
                return false;
            }

            (State, Batch) = (RequestState.Sealed, batch);
            Outcomes.Add(null);
            return true;
        }

        public void Submit(BatchId batch) => State = State == RequestState.Sealed && Batch == batch ? RequestState.Submitted : State;

        public bool Requeue()
        {
            if (State is RequestState.Queued || State.IsEnded())
            {
                return false;
            }

            (State, Batch) = (RequestState.Queued, null);
            Outcomes[^1] ??= "given_back";
            return true;
        }

        public FinishOutcome Finish(RequestState to, int attempt, bool paid)
        {
            bool soft = State is RequestState.Cancelled or RequestState.Expired;
            bool records = !State.IsEnded() || (soft && to == RequestState.Succeeded);
            string outcome = to == RequestState.Succeeded ? "succeeded" : "provider_error";
            bool enters = true;
            if (attempt > 0)
            {
                Outcomes[attempt - 1] = records ? outcome : Outcomes[attempt - 1] ?? outcome;
                enters = !paid || Entries.TryAdd(attempt, !records);
            }

            State = records ? to : State;
            return records ? FinishOutcome.Recorded : enters ? FinishOutcome.AlreadyEnded : FinishOutcome.Repeated;
        }
    }
}
