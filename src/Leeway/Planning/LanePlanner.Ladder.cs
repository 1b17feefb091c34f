using Leeway.Classification;
using Leeway.Planning.Flex;
using Leeway.Planning.Ladder;

namespace Leeway.Planning;

// The choice where there are forecasts.
public sealed partial class LanePlanner
{
    // A request waits for company in its pool for no more than this part of its whole wait.
    private const int CompanyShare = 30;

    // Requests whose whole waits differ by less than twice are company, from this wait on to 64 times of it.
    private const int MostPatient = 6;
    private static readonly TimeSpan s_leastPatient = TimeSpan.FromMinutes(15);

    // Refusals longer ago say less of the tier than what all requests together have met since.
    private static readonly TimeSpan s_refusalsHold = TimeSpan.FromMinutes(5);

    private LanePlan? PlanByLadder(QueuedRequest request, Deployment deployment, LadderBook book, DateTimeOffset now)
    {
        LeewayConfig current = config.Current;
        bool inBatch = request.State is RequestState.Sealed or RequestState.Submitted;
        bool canBatch = inBatch || (request.Attempts - request.FlexRefusals < MaxBatchAttempts && CanBatch(deployment, request.Group.Endpoint));
        SealInstant seal = canBatch ? SealOf(request, deployment, current) : default;
        TimeSpan pooling = inBatch || !canBatch || seal.At <= now ? TimeSpan.Zero : seal.At - now;
        if (book.TableFor(request.Group, deployment, canBatch, pooling, now) is not { } table)
        {
            return null;
        }

        TimeSpan slack = request.Deadline - now;
        int refusals = book.IsFlexClosed(deployment) ? LadderTable.Closed
            : now - request.LastRefusedAt < s_refusalsHold ? request.FlexRefusals
            : 0;
        LadderChoice choice = inBatch
            ? table.InBatch(request.Deadline - (request.SealedAt ?? now), slack, refusals)
            : table.Choose(slack, refusals);
        DateTimeOffset lastStart = FlexTimes.LastStart(request, current.Lanes.Batch.Rescue);
        switch (choice.Lane)
        {
            case Lane.RealTime:
                return new LanePlan(Lane.RealTime, DateTimeOffset.MaxValue, "", now) { Basis = choice.Basis };
            case Lane.Flex:
                return new LanePlan(Lane.Flex, DateTimeOffset.MaxValue, "", NextTry(request, table, now, lastStart))
                {
                    DispatchLane = Lane.Flex,
                    LatestStart = lastStart,
                    Basis = choice.Basis,
                };
            default:
                DateTimeOffset next = request.Deadline - choice.NextLeft;
                next = choice.NextLane == Lane.Flex ? NextTry(request, table, next, lastStart) : Earlier(next, lastStart);

                // Not later than the last moment from which submitting is worth it.
                DateTimeOffset sealAt = table.SubmitUntil is { } until ? Earlier(seal.At, request.Deadline - until) : seal.At;
                return new LanePlan(Lane.Batch, Later(sealAt, request.AcceptedAt), seal.Reason, Later(next, now))
                {
                    DispatchLane = choice.NextLane,
                    LatestStart = lastStart,
                    Basis = choice.Basis,
                    Patience = PatienceOf(request),
                };
        }
    }

    // The schedule's last safe moment is that of the assumed turnaround, which a learnt one may beat: then the request still waits a little for
    // company. A batch that is back in time for fewer of those that wait for it is the dearer for each.
    private SealInstant SealOf(QueuedRequest request, Deployment deployment, LeewayConfig current)
    {
        SealInstant seal = SealSchedule.SealAt(request.Priority, request.AcceptedAt, request.Deadline, current, hours, deployment);
        DateTimeOffset company = request.AcceptedAt + ((request.Deadline - request.AcceptedAt) / CompanyShare);
        return seal.Reason switch
        {
            SealSchedule.LastSafeMoment => seal with { At = Later(seal.At, company) },
            SealSchedule.Age => seal with { At = Earlier(seal.At, company) },
            _ => seal,
        };
    }

    // Who leaves a batch for real time pays its row all the same while others wait for it; those who would leave together share one.
    private static int PatienceOf(QueuedRequest request) =>
        (int)Math.Clamp(Math.Floor(Math.Log2((request.Deadline - request.AcceptedAt) / s_leastPatient)) + 1, 0, MostPatient);

    private static DateTimeOffset NextTry(QueuedRequest request, LadderTable table, DateTimeOffset planned, DateTimeOffset lastStart)
    {
        DateTimeOffset allowed = request.LastRefusedAt + table.Terms.Flex?.RetryEvery ?? planned;
        return Earlier(Later(planned, allowed), lastStart);
    }

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
