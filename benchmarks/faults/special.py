"""Healthy trainings that are no supervised losses: a policy by REINFORCE on a cart and pole, and a small GAN.

Rules for losses must leave them alone. Each writes its own kind of log.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from benchmarks.faults.tfevents import write_events
from benchmarks.faults.views import CLOCK
from torch import nn
from torch.nn import functional


def _cart_pole(state: np.ndarray, force: np.ndarray) -> np.ndarray:
    """One step (0.02 s) of a batch of carts; state (n, 4): place, speed, angle, turn."""
    x, v, angle, turn = state.T
    cos, sin = np.cos(angle), np.sin(angle)
    push = (10.0 * force + 0.05 * turn**2 * sin) / 1.1
    spin = (9.8 * sin - cos * push) / (0.5 * (4 / 3 - 0.1 * cos**2 / 1.1))
    pull = push - 0.05 * spin * cos / 1.1
    return np.column_stack([x + 0.02 * v, v + 0.02 * pull, angle + 0.02 * turn, turn + 0.02 * spin])


def _episodes(weights: np.ndarray, rng: np.random.Generator, n: int, longest: int) -> tuple[np.ndarray, ...]:
    """n episodes of a logistic policy: states (t, n, 4), actions (t, n), alive (t, n)."""
    state, alive = rng.uniform(-0.05, 0.05, (n, 4)), np.ones(n, bool)
    states, actions, lives = [], [], []
    for _ in range(longest):
        act = rng.random(n) < 1 / (1 + np.exp(-state @ weights))
        states.append(state)
        actions.append(act)
        lives.append(alive)
        state = _cart_pole(state, np.where(act, 1.0, -1.0))
        alive = alive & (np.abs(state[:, 0]) < 2.4) & (np.abs(state[:, 2]) < 0.21)
        if not alive.any():
            break
    return np.array(states), np.array(actions), np.array(lives)


def reinforce(seed: int, updates: int = 40) -> list[dict[str, float]]:
    """REINFORCE with a linear baseline, averaged over the batch; one row of statistics per update."""
    rng = np.random.default_rng([seed, 31])
    weights, value, rows, total = np.zeros(4), np.zeros(5), [], 0
    for update in range(updates):
        states, actions, lives = _episodes(weights, rng, 12, 200)
        lengths = lives.sum(axis=0)
        ahead = np.cumsum(lives[::-1], axis=0)[::-1] * 0.05
        flat = states[lives]
        returns, act = ahead[lives], actions[lives]
        basis = np.column_stack([np.ones(len(flat)), flat**2])
        advantage = returns - basis @ value
        value = np.linalg.lstsq(basis, returns, rcond=None)[0]
        scaled = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
        p = 1 / (1 + np.exp(-flat @ weights))
        before = weights
        weights = weights + 0.7 * ((act - p)[:, None] * flat * scaled[:, None]).mean(axis=0) / 0.1
        after = 1 / (1 + np.exp(-flat @ weights))
        chosen, chosen_after = np.where(act, p, 1 - p), np.where(act, after, 1 - after)
        total += int(lengths.sum())
        rows.append(
            {
                "iterations": update + 1,
                "timesteps": total,
                "ep_rew_mean": float(lengths.mean()),
                "ep_rew_std": float(lengths.std()),
                "entropy_loss": float((p * np.log(p + 1e-9) + (1 - p) * np.log(1 - p + 1e-9)).mean()),
                "policy_gradient_loss": float(-(scaled * np.log(chosen + 1e-9)).mean()),
                "value_loss": float((advantage**2).mean()),
                "approx_kl": float((np.log(chosen + 1e-9) - np.log(chosen_after + 1e-9)).mean()),
                "explained_variance": float(1 - (returns - basis @ value).var() / (returns.var() + 1e-9)),
                "step_norm": float(np.linalg.norm(weights - before)),
            }
        )
    return rows


def write_reinforce(folder: Path, seed: int, style: np.random.Generator) -> str:
    """Leave its log as stable-baselines3, Spinning Up or a JSON-lines writer would; returns the logger's name."""
    rows = reinforce(seed, int(style.choice([30, 40, 60])))
    kind = int(style.integers(3))
    if kind == 0:
        names = {
            "rollout/ep_rew_mean": "ep_rew_mean",
            "rollout/ep_len_mean": "ep_rew_mean",
            "time/iterations": "iterations",
            "time/total_timesteps": "timesteps",
            "train/entropy_loss": "entropy_loss",
            "train/value_loss": "value_loss",
            "train/policy_gradient_loss": "policy_gradient_loss",
            "train/approx_kl": "approx_kl",
            "train/explained_variance": "explained_variance",
            "train/n_updates": "iterations",
        }
        columns = [str(name) for name in style.permutation(["train/loss", *names])]
        lines = [",".join(columns)]
        for index, row in enumerate(rows):
            cells = {out: row[key] for out, key in names.items()}
            cells["train/loss"] = row["policy_gradient_loss"] + 0.5 * row["value_loss"] + 0.01 * row["entropy_loss"]
            lines.append(",".join("" if index == 0 and c.startswith("train/") else f"{cells[c]:.6g}" for c in columns))
        (folder / "progress.csv").write_text("\n".join(lines) + "\n")
        return "sb3"
    if kind == 1:
        columns = [
            "Epoch",
            "AverageEpRet",
            "StdEpRet",
            "EpLen",
            "LossPi",
            "LossV",
            "KL",
            "Entropy",
            "TotalEnvInteracts",
        ]
        keys = [
            "iterations",
            "ep_rew_mean",
            "ep_rew_std",
            "ep_rew_mean",
            "policy_gradient_loss",
            "value_loss",
            "approx_kl",
            "entropy_loss",
            "timesteps",
        ]
        lines = ["\t".join(columns), *("\t".join(f"{row[key]:.6g}" for key in keys) for row in rows)]
        (folder / "progress.txt").write_text("\n".join(lines) + "\n")
        (folder / "config.json").write_text(
            json.dumps({"env_fn": "CartPole-v0", "seed": seed, "gamma": 1.0, "pi_lr": 0.7})
        )
        return "spinningup"
    points = [
        (f"rollout/{k}" if k.startswith("ep_") else f"train/{k}", int(row["timesteps"]), row[k])
        for row in rows
        for k in (
            "ep_rew_mean",
            "entropy_loss",
            "policy_gradient_loss",
            "value_loss",
            "approx_kl",
            "explained_variance",
        )
    ]
    write_events(folder / f"events.out.tfevents.{CLOCK:.0f}.trainer.7.0", points, start=CLOCK)
    return "tensorboard"


def gan(seed: int, steps: int = 400) -> list[dict[str, float]]:
    """Generator and discriminator on a ring of points in the plane; one row per ten updates."""
    torch.manual_seed(seed)
    rng = torch.Generator().manual_seed(seed)
    generator = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Linear(24, 2))
    critic = nn.Sequential(nn.Linear(2, 24), nn.LeakyReLU(0.2), nn.Linear(24, 1))
    g_step = torch.optim.Adam(generator.parameters(), 0.002, betas=(0.5, 0.999))
    d_step = torch.optim.Adam(critic.parameters(), 0.002, betas=(0.5, 0.999))
    rows = []
    for step in range(1, steps + 1):
        turn = 6.2832 * torch.rand(64, generator=rng)
        real = torch.stack([turn.cos(), turn.sin()], dim=1) + 0.05 * torch.randn(64, 2, generator=rng)
        fake = generator(torch.randn(64, 4, generator=rng))
        on_real, on_fake = critic(real), critic(fake.detach())
        d_loss = functional.softplus(-on_real).mean() + functional.softplus(on_fake).mean()
        d_step.zero_grad()
        d_loss.backward()
        d_step.step()
        g_loss = functional.softplus(-critic(fake)).mean()
        g_step.zero_grad()
        g_loss.backward()
        g_step.step()
        if step % 10 == 0:
            rows.append(
                {
                    "step": step,
                    "d": d_loss.item(),
                    "g": g_loss.item(),
                    "real": torch.sigmoid(on_real).mean().item(),
                    "fake": torch.sigmoid(on_fake).mean().item(),
                }
            )
    return rows


def write_gan(folder: Path, seed: int, style: np.random.Generator) -> str:
    """Leave a table, Lightning's metrics.csv or a printed log; returns the logger's name."""
    rows = gan(seed, int(style.choice([300, 400, 500])))
    kind = int(style.integers(3))
    if kind == 0:
        lines = ["iter,loss_D,loss_G,D_real,D_fake"]
        lines += [f"{r['step']},{r['d']:.5f},{r['g']:.5f},{r['real']:.4f},{r['fake']:.4f}" for r in rows]
        (folder / "losses.csv").write_text("\n".join(lines) + "\n")
        return "csv"
    if kind == 1:
        lines = ["epoch,step,d_loss,g_loss"]
        for r in rows:
            lines += [
                f"{r['step'] // 50},{r['step'] - 1},{r['d']:.6f},",
                f"{r['step'] // 50},{r['step'] - 1},,{r['g']:.6f}",
            ]
        (folder / "metrics.csv").write_text("\n".join(lines) + "\n")
        (folder / "hparams.yaml").write_text("b1: 0.5\nb2: 0.999\nlatent_dim: 4\nlr: 0.002\nbatch_size: 64\n")
        return "lightning"
    lines = [
        f"[Epoch {r['step'] // 50}/10] [Batch {r['step'] % 50}/50] [D loss: {r['d']:.6f}] [G loss: {r['g']:.6f}]"
        for r in rows
    ]
    (folder / "train.log").write_text("\n".join(lines) + "\n")
    return "text"
