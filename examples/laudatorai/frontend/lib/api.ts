// Part of the bundle: the build sets it, and without it there is none.
const API = process.env.NEXT_PUBLIC_API_URL;

export type Job = { id: number; url: string; title: string | null; status: string };

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(`${API}/api/v1${path}`, init);
  if (!answer.ok) {
    throw new Error(`the server answered ${answer.status}`);
  }
  return (await answer.json()) as T;
}

export function listJobs(): Promise<Job[]> {
  return ask("/jobs/");
}

export function addJob(url: string): Promise<Job> {
  return ask("/jobs/", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ url }),
  });
}
