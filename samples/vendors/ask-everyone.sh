#!/bin/sh
# One question, a dozen vendors: asked at once, as a stream, and by a deadline, which is a provider batch where the vendor has batches.
# Starts a sandbox and a gateway on loopback, needs no key and costs nothing. Needs the .NET SDK, curl and openssl.
set -eu
cd "$(dirname "$0")"
folder=$(mktemp -d)
export SAMPLE_DATA="$folder/data" SANDBOX_KEY=sandbox
dotnet build -c Release -v quiet ../../src/Leeway.Cli
leeway=../../artifacts/bin/Leeway.Cli/release/Leeway.Cli
gateway="--gateway http://127.0.0.1:18080"
trap 'kill $sandbox_pid $serve_pid 2>/dev/null; rm -rf "$folder"' EXIT

# Google's library signs with a service account's key; the sandbox takes any.
key=$(openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 2>/dev/null | awk '{printf "%s\\n", $0}')
GOOGLE_CREDENTIALS_JSON=$(printf '{"type":"service_account","project_id":"my-project","private_key_id":"1","private_key":"%s","client_email":"leeway@my-project.iam.gserviceaccount.com","client_id":"1","token_uri":"http://127.0.0.1:18090/token"}' "$key")
export GOOGLE_CREDENTIALS_JSON

$leeway sandbox --kind all --port 18090 --law instant > "$folder/sandbox.log" 2>&1 & sandbox_pid=$!
$leeway serve --config leeway.yaml > "$folder/serve.log" 2>&1 & serve_pid=$!
for second in $(seq 60); do
  curl -fs http://127.0.0.1:18081/health/ready > /dev/null && break
  [ "$second" != 60 ] || { cat "$folder/sandbox.log" "$folder/serve.log"; exit 1; }
  sleep 1
done

# Bedrock takes no batch below 100 records, so it gets a file of questions.
seq 120 | sed 's/^/Question number /' > "$folder/questions.csv"
failed=0
show() { # vendor, way, command...
  vendor=$1 way=$2; shift 2
  if "$@" > "$folder/out" 2> "$folder/err"; then
    printf '%-12s %-8s %-26s %s\n' "$vendor" "$way" "$(head -c 23 "$folder/out" | tr '\n' ' ')" "$(tail -n 1 "$folder/err")"
  else
    failed=$((failed + 1))
    printf '%-12s %-8s FAILED\n' "$vendor" "$way"; cat "$folder/err"
  fi
}

for vendor in openai compatible azure together anthropic gemini vertex bedrock sagemaker lambda function container; do
  show $vendor now $leeway ask "What is leeway?" --model at-$vendor $gateway
  show $vendor stream $leeway ask "What is leeway?" --model at-$vendor --stream $gateway
  if [ $vendor = bedrock ]; then
    show $vendor by-1h $leeway run "$folder/questions.csv" --no-header --template "{{c1}}?" --model at-$vendor --by 1h --yes --output "$folder/answers.jsonl" $gateway
  else
    show $vendor by-1h $leeway ask "What is leeway by then?" --model at-$vendor --by 1h $gateway
  fi
done
$leeway cost --by deployment --admin http://127.0.0.1:18081
echo "$failed failed"
[ $failed = 0 ]
